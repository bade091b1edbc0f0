import { execFileSync } from 'node:child_process'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine, defaultLimits, type Engine } from '#engine'
import { compileRules, testFiles, testRules } from '#engine/rules'
import { writeRar4, writeRar5 } from '#tests/container-formats'
import { type Packer, usablePackers } from '#tests/containers'

// What is in containers is found: the content of each test rule in each kind of container, in chains of containers to the limit, under names
// that say something else. And the machine's own files are clean.

const isSmall = process.argv.includes('--small')
const { packers, missing } = usablePackers()
for (const name of missing) console.log(`skip ${name}`)
const engine = await createEngine({ rules: await compileRules([testRules()]) })
const names = ['photo.jpg', 'letter.txt', 'Report (final).pdf', 'no-name', 'archive.zip']
const missed: string[] = []
const falseAlarms: string[] = []
let files = 0

async function expectFound(what: string, bytes: Buffer, rule: string, name: string) {
  files += 1
  const { findings, notUnpacked } = await engine.scan({ bytes }, name)
  if (!findings.some((finding) => finding.rule === rule && finding.place.length > 0))
    missed.push(`${what} ${rule} ${JSON.stringify(notUnpacked.slice(0, 3))}`)
}

for (const [index, { kind, pack }] of packers.entries())
  for (const [turn, { rule, content }] of testFiles().entries()) {
    const inside = names[(index + turn) % names.length] ?? ''
    await expectFound(kind, pack(content, inside), rule, names[(index + turn + 1) % names.length] ?? '')
  }
console.log(`${packers.length} kinds of containers, ${testFiles().length} test files in each`)

/** Every kind around every other, and chains of all kinds as deep as the limit allows. */
function chain(kinds: readonly Packer[], content: Buffer): Buffer {
  return kinds.reduce((bytes, { pack }, depth) => pack(bytes, names[depth % names.length] ?? ''), content)
}
const all = testFiles()
for (const [index, outer] of packers.entries())
  for (const [turn, inner] of packers.entries()) {
    if (isSmall && (index + turn) % 7 !== 0) continue
    const test = all[(index + turn) % all.length]
    if (test) await expectFound(`${inner.kind} in ${outer.kind}`, chain([inner, outer], test.content), test.rule, 'x')
  }
for (let start = 0; start < packers.length; start++) {
  const kinds: Packer[] = []
  const layers = () => kinds.reduce((sum, { layers: own = 1 }) => sum + own, 0)
  for (let index = 0; layers() < defaultLimits.depth; index++) {
    const next = packers[(start + index * 11) % packers.length]
    if (next && layers() + (next.layers ?? 1) <= defaultLimits.depth) kinds.push(next)
  }
  const test = all[start % all.length]
  if (test) await expectFound(kinds.map(({ kind }) => kind).join(' in '), chain(kinds, test.content), test.rule, 'x')
}
console.log(`containers in containers to a depth of ${defaultLimits.depth}: ${files} files so far`)

await expectReported()

/** Parts and packed programs hold what nobody sees: whichever comes out clean is missed. */
async function expectReported() {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-bench-unpacking-'))
  try {
    writeFileSync(join(folder, 'a'), readFileSync(process.execPath).subarray(0, 1_000_000))
    const run = (command: string) => execFileSync('sh', ['-c', command], { cwd: folder, stdio: 'ignore' })
    if (!missing.some((name) => name.includes('p7zip'))) run('7z a -v100k part.7z a; 7z a -tzip -v100k part.zip a')
    if (!missing.some((name) => name.includes('package zip'))) run('zip -s 100k -q part2.zip a')
    const parts = readdirSync(folder).filter((name) => name.startsWith('part'))
    for (const name of parts) await expectIncomplete(name, readFileSync(join(folder, name)))
    await expectIncomplete('a volume of RAR 4', writeRar4(Buffer.from('x'), 'x', 1))
    await expectIncomplete('a volume of RAR 5', writeRar5(Buffer.from('x'), 'x', 1))
    const program = readFileSync('/bin/true')
    await expectIncomplete('a packed program', Buffer.concat([program.subarray(0, 512), Buffer.from('UPX!'), program]))
    console.log(`${parts.length + 3} parts and packed programs`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function expectIncomplete(name: string, bytes: Buffer) {
  files += 1
  const { outcome, notUnpacked } = await engine.scan({ bytes }, name)
  if (outcome !== 'incomplete' || !notUnpacked.some(({ reason }) => reason === 'split' || reason === 'packed'))
    missed.push(`${name}: ${outcome} ${JSON.stringify(notUnpacked)}`)
}

const began = performance.now()
const clean = await scanOwn(engine, ['/usr/bin', '/usr/share'], isSmall ? 3_000 : Number.POSITIVE_INFINITY)
const seconds = (performance.now() - began) / 1000
files += clean.files
console.log(
  `${clean.files} files of this machine, ${(clean.bytes / 1e6 / seconds).toFixed(0)} MB/s; ${clean.incomplete} not looked into to the end:`,
)
for (const [reason, count] of clean.reasons) console.log(`  ${reason} ${count}`)
for (const text of [...missed, ...falseAlarms].slice(0, 20)) console.log(`  ${text}`)
engine.close()
if (missed.length > 0 || falseAlarms.length > 0) process.exitCode = 1
console.log(JSON.stringify({ missed: missed.length, falseAlarms: falseAlarms.length, files }))

async function scanOwn(own: Engine, folders: readonly string[], most: number) {
  const found = { files: 0, bytes: 0, incomplete: 0, reasons: new Map<string, number>() }
  const paths = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  )
  const step = Math.max(1, Math.floor(paths.length / most))
  for (let index = 0; index < paths.length; index += step) {
    const path = paths[index] ?? ''
    if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) continue
    const { outcome, bytes, findings, notUnpacked } = await own.scan({ path }, path)
    found.files += 1
    found.bytes += bytes
    if (outcome === 'malicious') falseAlarms.push(`${path} ${findings[0]?.rule}`)
    if (outcome !== 'incomplete') continue
    found.incomplete += 1
    for (const { reason } of notUnpacked.slice(0, 1)) {
      const key = `${reason}, such as ${path}`.replace(/, such as .*/, '')
      found.reasons.set(key, (found.reasons.get(key) ?? 0) + 1)
      if ((found.reasons.get(key) ?? 0) <= 5) console.log(`  ${reason} ${path}`)
    }
  }
  return found
}
