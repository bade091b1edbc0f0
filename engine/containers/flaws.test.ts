import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { writeZip } from '#base/zip'
import { createEngine, type Limits, type Reason } from '#engine'
import { compileRules, testFiles, testRules } from '#engine/rules'
import { writeAr, writeRar4, writeRar5 } from '#tests/container-formats'
import { packers } from '#tests/containers'

// What must never come out clean.

const rules = await compileRules([testRules()])
after(() => rules.close())
const [eicar] = testFiles()
assert.ok(eicar)
const at = new Date()

async function reasons(bytes: Buffer, name = 'x', limits: Partial<Limits> = {}): Promise<Reason[]> {
  const { outcome, notUnpacked } = await (await createEngine({ rules, limits })).scan({ bytes }, name)
  assert.notEqual(outcome, 'clean')
  return [...new Set(notUnpacked.map(({ reason }) => reason))]
}
const outcome = async (bytes: Buffer, name = 'x') =>
  (await (await createEngine({ rules })).scan({ bytes }, name)).outcome

const folder = mkdtempSync(join(tmpdir(), 'vartio-flaws-'))
after(() => rmSync(folder, { recursive: true }))
/** Bytes that no packer makes smaller, the same each time. */
const noise = (length: number) =>
  Buffer.concat(Array.from({ length: length / 32 }, (_, index) => hash('sha256', String(index), 'buffer')))

/** Files that a command makes of two clean ones, in the order of their names. */
function made(command: string): { name: string; bytes: Buffer }[] {
  const place = mkdtempSync(join(folder, 'made-'))
  writeFileSync(join(place, 'a.txt'), 'nothing at all')
  writeFileSync(join(place, 'b.bin'), noise(200_000))
  execFileSync('sh', ['-c', command], { cwd: place, stdio: 'ignore' })
  const names = readdirSync(place)
    .filter((name) => name.startsWith('out'))
    .sort()
  return names.map((name) => ({ name, bytes: readFileSync(join(place, name)) }))
}
const needs = (program: string, name: string) => ({
  skip: existsSync(`/usr/bin/${program}`) || process.env.CI === 'true' ? false : `needs the Debian package ${name}`,
})

test('what lies behind a password is told', needs('7z', 'p7zip-full'), async () => {
  for (const command of [
    'zip -q -P secret out.zip a.txt b.bin',
    '7z a -psecret out.7z a.txt b.bin',
    '7z a -psecret -mhe=on out.7z a.txt b.bin',
    '7z a -tzip -psecret -mem=AES256 out.zip a.txt',
  ])
    for (const { bytes } of made(command)) assert.deepEqual(await reasons(bytes), ['encrypted'], command)
})

test('parts of split archives are told, the first and the others', needs('7z', 'p7zip-full'), async () => {
  for (const command of [
    '7z a -v50k out.7z a.txt b.bin',
    'zip -q -s 64k -0 out.zip a.txt b.bin',
    '7z a -tzip -mx0 -v50k out.zip b.bin',
  ]) {
    const parts = made(command)
    assert.ok(parts.length > 2)
    for (const { name, bytes } of parts) assert.ok((await reasons(bytes, name)).includes('split'), `${command} ${name}`)
  }
  assert.deepEqual(await reasons(writeRar4(Buffer.from('x'), 'x', 1)), ['split'])
  assert.deepEqual(await reasons(writeRar5(Buffer.from('x'), 'x', 1)), ['split'])
})

test('methods that nobody here knows are told', needs('7z', 'p7zip-full'), async () => {
  for (const { bytes } of made('seq 1 30000 > c.txt; 7z a -tzip -mm=Deflate64 out.zip c.txt'))
    assert.deepEqual(await reasons(bytes), ['unsupported'])
  assert.deepEqual(await reasons(Buffer.from('\x04"M\x18 whatever comes', 'latin1')), ['unsupported'])
})

test('a container that was cut short or changed in the middle is told, wherever it was', async () => {
  const content = Buffer.from(Array.from({ length: 3_000 }, (_, index) => `${index * 7919} `).join(''))
  // Of these, nothing tells a shorter one from a whole one, or a change from other content; what is left of them is read.
  const silent = /^(?:tar(?: pax)?|cpio(?: odc)?|ar|mail|mbox|zip behind|iso|ole)/
  for (const { kind, needs: program, pack } of packers) {
    if (silent.test(kind) || (program && !existsSync(`/usr/bin/${program.program}`))) continue
    const whole = pack(content, 'noise')
    for (const part of [0.3, 0.6, 0.9]) {
      const cut = whole.subarray(0, Math.floor(whole.length * part))
      assert.notEqual(await outcome(cut), 'clean', `${kind} cut at ${part}`)
    }
    const changed = Buffer.from(whole)
    const middle = Math.floor(whole.length / 2)
    for (let index = middle; index < middle + 16; index++) changed[index] = (changed[index] ?? 0) ^ 0xa5
    // LZMA without a sum, and stored files whose sum libarchive does not ask: the content is other, and read.
    if (!/lzma|stored|rar|lha|cab|7z|zstd/.test(kind))
      assert.notEqual(await outcome(changed), 'clean', `${kind} changed`)
  }
})

test('bombs end at the limits of ratio, bytes, count, depth and time', async () => {
  const zeros = gzipSync(Buffer.alloc(40 * 1024 * 1024))
  assert.deepEqual(await reasons(zeros), ['ratio'])
  assert.deepEqual(await reasons(zeros, 'x', { ratio: 1e9, bytes: 1024 * 1024 }), ['bytes'])
  const many = writeZip(
    Array.from({ length: 500 }, (_, index) => ({ name: `f${index}`, content: Buffer.from('x') })),
    at,
  )
  assert.deepEqual(await reasons(many, 'x', { entries: 100 }), ['count'])
  assert.deepEqual(await reasons(many, 'x', { milliseconds: 0 }), ['time'])
  assert.deepEqual(await reasons(gzipSync(gzipSync(gzipSync(Buffer.from('x')))), 'x', { depth: 2 }), ['depth'])
  let nested = writeZip([{ name: 'zeros', content: Buffer.alloc(20 * 1024 * 1024) }], at)
  for (let depth = 0; depth < 3; depth++)
    nested = writeZip(
      Array.from({ length: 16 }, (_, index) => ({ name: `z${index}`, content: nested })),
      at,
    )
  const began = performance.now()
  assert.ok((await reasons(nested)).some((reason) => reason === 'ratio' || reason === 'bytes'))
  assert.ok(performance.now() - began < 20_000)
})

test('the part of a bomb that came out is looked into', async () => {
  const { outcome: found } = await (await createEngine({ rules, limits: { bytes: 1024 * 1024, ratio: 1e9 } })).scan({
    bytes: gzipSync(Buffer.concat([testFiles()[1]?.content ?? eicar.content, Buffer.alloc(8 * 1024 * 1024)])),
  })
  assert.equal(found, 'malicious')
})

test('a file that only another archiver would find in a zip is found, or told', async () => {
  const clean = writeZip([{ name: 'a', content: Buffer.from('nothing') }], at)
  const bad = writeZip([{ name: 'b', content: eicar.content }], at)
  // Two zips after each other: some open the first, some the last.
  assert.equal(await outcome(Buffer.concat([bad, clean])), 'malicious')
  assert.equal(await outcome(Buffer.concat([clean, bad])), 'malicious')
  // A second end record that knows of no file.
  const empty = Buffer.alloc(22)
  empty.write('PK\x05\x06', 'latin1')
  assert.equal(await outcome(Buffer.concat([bad, empty])), 'malicious')
  empty.writeUInt32LE(bad.length, 16)
  assert.deepEqual(await reasons(Buffer.concat([bad, empty])), ['damaged'])
  // A file that stands in front of the directory's first one.
  const end = clean.length - 22
  const hidden = bad.subarray(0, bad.length - 22 - bad.readUInt32LE(bad.length - 22 + 12))
  const both = Buffer.concat([hidden, clean])
  const moved = (field: number) => both.writeUInt32LE(both.readUInt32LE(field) + hidden.length, field)
  moved(hidden.length + end + 16)
  moved(hidden.length + clean.readUInt32LE(end + 16) + 42)
  assert.deepEqual(await reasons(both), ['damaged'])
})

test('a zip that is also a disc is not taken for an empty disc', async () => {
  const disc = Buffer.alloc(40_000)
  disc.write('\x01CD001\x01', 32_768, 'latin1')
  disc.write('\xffCD001\x01', 34_816, 'latin1')
  const zip = writeZip([{ name: 'b', content: eicar.content }], at)
  const stored = Buffer.alloc(30 + 1)
  stored.write('PK\x03\x04', 'latin1')
  assert.notEqual(await outcome(Buffer.concat([stored, disc.subarray(31), zip])), 'clean')
})

test('an archive is read as what it is, whatever else it looks like to libarchive', async () => {
  const clean = writeZip([{ name: 'a', content: Buffer.from('nothing') }], at)
  for (const rar of [writeRar4(gzipSync(eicar.content), 'x'), writeRar5(gzipSync(eicar.content), 'x')])
    assert.equal(await outcome(Buffer.concat([rar, clean])), 'malicious')
  // A stored zip inside keeps its end.
  const stored = await (await createEngine({ rules })).scan({ bytes: writeRar4(clean, 'x.zip') })
  assert.deepEqual([stored.outcome, stored.notUnpacked], ['clean', []])
  const text = Buffer.from(`begin 644 x\n#${Buffer.from('abc').toString('base64')}\n\`\nend\n`)
  const letter = writeAr(Buffer.concat([text, gzipSync(eicar.content)]), 'letter')
  assert.equal((await (await createEngine({ rules })).scan({ bytes: letter })).notUnpacked.length, 0)
  const disc = Buffer.alloc(40_000)
  disc.write('\x01CD001\x01', 32_768, 'latin1')
  const tar = packers.find(({ kind }) => kind === 'tar')?.pack(Buffer.alloc(35_000), 'x') ?? Buffer.alloc(0)
  disc.copy(tar, 32_768, 32_768, 32_776)
  assert.ok((await reasons(tar)).includes('damaged'))
})

test('a program that unpacks itself is told', async () => {
  assert.deepEqual(await reasons(elf(Buffer.concat([Buffer.from('UPX!'), Buffer.alloc(8_000)]))), ['packed'])
  assert.deepEqual(await reasons(elf(noise(60_000))), ['packed'])
  assert.equal(await outcome(elf(Buffer.alloc(60_000, 'plain code '))), 'clean')
  assert.deepEqual(await reasons(pe('UPX0', Buffer.alloc(8_000))), ['packed'])
  assert.deepEqual(await reasons(pe('.text', noise(60_000))), ['packed'])
  assert.equal(await outcome(pe('.text', Buffer.alloc(60_000, 'plain code '))), 'clean')
})

function elf(code: Buffer): Buffer {
  const header = Buffer.alloc(120)
  header.write('\x7fELF\x02\x01\x01', 'latin1')
  header.writeBigUInt64LE(64n, 32)
  header.writeUInt16LE(56, 54)
  header.writeUInt16LE(1, 56)
  header.writeUInt32LE(1, 64)
  header.writeUInt32LE(5, 68)
  header.writeBigUInt64LE(BigInt(code.length + 120), 64 + 32)
  return Buffer.concat([header, code])
}

function pe(section: string, code: Buffer): Buffer {
  const header = Buffer.alloc(512)
  header.write('MZ')
  header.writeUInt32LE(64, 60)
  header.write('PE\0\0', 64)
  header.writeUInt16LE(1, 70)
  header.writeUInt16LE(240, 84)
  header.writeUInt32LE(4096, 104)
  header.write(section, 328)
  for (const [index, value] of [code.length, 4096, code.length, 512].entries())
    header.writeUInt32LE(value, 336 + index * 4)
  return Buffer.concat([header, code])
}

test('a clean archive behind something else is opened', async () => {
  const zip = writeZip([{ name: 'b', content: eicar.content }], at)
  const picture = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(3_000, 7)])
  for (const archive of [zip, writeRar4(eicar.content, 'x'), writeRar5(eicar.content, 'x')])
    assert.equal(await outcome(Buffer.concat([picture, archive])), 'malicious')
})

test('the beginning of a sign of an archive, at the end of a file or before the whole one, hides nothing', async () => {
  const rar = writeRar5(eicar.content, 'x')
  const picture = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(3_000, 7)])
  const halves = ['MSCF\0\0', '\xd0\xcf\x11\xe0\xa1\xb1', 'Rar!\x1a\x08'].map((text) => Buffer.from(text, 'latin1'))
  assert.equal(await outcome(Buffer.concat([picture, ...halves])), 'clean')
  assert.equal(await outcome(Buffer.concat([picture, ...halves, ...halves, rar])), 'malicious')
})
