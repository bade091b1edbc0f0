import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { newId } from '#base/ids'
import { openOfficerKey } from '#base/officer-key'
import { createKeys, type KeyStore } from '#server/keys/keys'
import { createFileRoots } from '#server/keys/root-files'
import { bucketOf } from '#server/keys/scopes'
import { systemTime } from '#tests/clock'
import { createTestLog } from '#tests/log'
import { passphrase, writeOfficerFiles } from '#tests/officers'
import { copyCode } from '#tests/ordinary'
import { findPorts, type RunningVartio, startVartio } from '#tests/vartio'
import { readArchive, verifyArchive } from '../archive.ts'
import { adminUser, connectAdmin, socketPort } from '../postgres.ts'
import { exitCodes } from '../refusal.ts'
import { keysBackup } from './backup.ts'
import { boundOf, keysContents } from './contents.ts'
import { destroyOldBackups } from './destroy-old-backups.ts'
import { openAsOfficer } from './seal-to-officers.ts'

// One house with two persons, a backup of its rows and of its keys from last month, and one of its keys from today.

let place: string
let code: string
let data: string
let port: number
let vartio: RunningVartio
let officers: ReturnType<typeof writeOfficerFiles>
const [leaving, staying] = [newId(), newId()]
const day = 86_400_000
const silent = Object.assign(() => undefined, { trouble: () => undefined })

const command = (args: string[], folder: string, input = `${passphrase}\n`) =>
  spawnSync('sh', ['./vartio', ...args], {
    cwd: code,
    input,
    env: { PATH: process.env.PATH, VARTIO_DATA: folder, VARTIO_PORT: String(port) },
    encoding: 'utf8',
    timeout: 60_000,
  })

/** The portal's key store as the portal has it, beside it. */
function openStore(folder: string): KeyStore {
  const { log } = createTestLog()
  const address = { host: join(folder, 'run-keys'), port: socketPort, database: 'portal_keys', user: adminUser }
  const roots = createFileRoots(join(folder, 'programs', 'portal', 'roots'))
  return createKeys({ address, roots, log, clock: systemTime, connections: 1 })
}

function seal(key: KeyObject, text: string): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, Buffer.alloc(12))
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()])
}

function unseal(key: KeyObject, bytes: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.alloc(12))
  decipher.setAuthTag(bytes.subarray(-16))
  return `${decipher.update(bytes.subarray(0, -16))}${decipher.final()}`
}

const at = (name: string) => join(place, name)

async function backUpKeys(file: string, now: Date): Promise<void> {
  process.env.VARTIO_DATA = data
  await keysBackup([file, ...officers.publics], silent, { now, isRehearsal: true })
  delete process.env.VARTIO_DATA
}

before(async () => {
  place = mkdtempSync(join(tmpdir(), 'vartio-keys-'))
  chmodSync(place, 0o711)
  code = copyCode(place)
  data = at('data')
  port = await findPorts(4)
  officers = writeOfficerFiles(place)
  vartio = await startVartio({ code, folder: data, environment: { VARTIO_PORT: String(port) } })
  const keys = openStore(data)
  const sql = connectAdmin(join(data, 'run'), 'portal')
  for (const person of [leaving, staying]) {
    const key = (await keys.make(bucketOf(person), [person])).get(person) as KeyObject
    await sql`
      insert into mail.letter (letter_id, sealed, recipient_token, language, written_at, for_inbox, next_attempt_at)
      values (${person}, ${seal(key, `of ${person}`)}, 1, 'fi', now(), true, now())`
  }
  await sql.end()
  const lastMonth = new Date(Date.now() - 30 * day)
  await backUpKeys(at('last-month.keys'), lastMonth)
  assert.equal(command(['backup', at('last-month.backup')], data).status, 0)
  await keys.erase(bucketOf(leaving), [leaving])
  await keys.stop()
  const rootsBefore = readdirSync(join(data, 'programs', 'portal', 'roots'))
  const rotated = command(['keys', 'rotate'], data)
  assert.equal(`${rotated.status} ${rotated.stderr}`, '0 ')
  assert.notDeepEqual(readdirSync(join(data, 'programs', 'portal', 'roots')), rootsBefore)
  const made = command(['keys', 'backup', at('today.keys'), ...officers.publics], data)
  assert.equal(`${made.status} ${made.stderr}`, '0 ')
})

after(async () => {
  await vartio.stop()
  rmSync(place, { recursive: true, force: true })
})

test('a backup of keys is whole, for its owner only, recorded, and tells who has it nothing', async () => {
  const file = at('today.keys')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const contents = keysContents.parse(await verifyArchive(file))
  assert.deepEqual(Object.keys(contents.stores), ['identity', 'portal', 'privacy', 'cloud'])
  const secrets = ['portal', 'identity'].flatMap((program) =>
    readdirSync(join(data, 'programs', program, 'roots')).map((name) =>
      readFileSync(join(data, 'programs', program, 'roots', name)),
    ),
  )
  secrets.push(readFileSync(join(data, 'programs', 'identity', 'root-key')))
  let parts = 0
  for await (const { content } of readArchive(file)) {
    parts += 1
    for (const secret of secrets) assert.ok(!content.includes(secret))
    assert.ok(!content.includes('-----BEGIN'))
  }
  assert.ok(parts > 12)
  assert.ok(readFileSync(join(data, 'backups.jsonl'), 'utf8').includes(file))
  // Made young by hand, it opens to nobody.
  const officer = openOfficerKey(readFileSync(officers.keys[1] as string, 'utf8'), passphrase)
  assert.ok(openAsOfficer(officer, contents.officers, boundOf(contents)))
  const young = { ...contents, madeAt: new Date().toISOString() }
  assert.equal(openAsOfficer(officer, contents.officers, boundOf(young)), undefined)
})

test('two officers are needed for a backup, one opens it, and nobody else does', () => {
  const lonely = command(['keys', 'backup', at('lonely.keys'), officers.publics[0] as string], data)
  assert.equal(lonely.status, exitCodes.usage.code)
  assert.match(lonely.stderr, /Two officers are needed/)
  const nobody = command(['keys', 'backup', at('lonely.keys')], data)
  assert.match(nobody.stderr, /Two officers are needed/)
  const strangers = mkdtempSync(join(place, 'strangers-'))
  const stranger = writeOfficerFiles(strangers).keys[0] as string
  const refused = command(['keys', 'restore', at('today.keys'), stranger], at('strange'))
  assert.equal(refused.status, exitCodes.file.code)
  assert.match(refused.stderr, /does not open with the key of officer-/)
  const mistyped = command(['keys', 'restore', at('today.keys'), officers.keys[0] as string], at('strange'), 'wrong\n')
  assert.notEqual(mistyped.status, 0)
  assert.ok(!existsSync(at('strange')))
})

test('last month’s keys are refused, by a restore and by a start', async () => {
  const refused = command(['keys', 'restore', at('last-month.keys'), officers.keys[0] as string], at('old'))
  assert.equal(refused.status, exitCodes.file.code)
  assert.match(refused.stderr, /more than 2 days ago/)
  assert.ok(!existsSync(at('old')))
  // A store that was laid back by hand, root and all: the program itself has seen a newer epoch.
  const keys = openStore(data)
  const { epoch } = await keys.state()
  await keys.stop()
  const epochFile = at('epoch')
  writeFileSync(epochFile, `${epoch + 3}\n`)
  const { log } = createTestLog()
  const address = { host: join(data, 'run-keys'), port: socketPort, database: 'portal_keys', user: adminUser }
  const roots = createFileRoots(join(data, 'programs', 'portal', 'roots'))
  const strange = createKeys({ address, roots, log, clock: systemTime, epochFile })
  await assert.rejects(strange.start(), { code: 'key_store.too_old' })
  await strange.stop()
  assert.equal(Number(readFileSync(join(data, 'programs', 'portal', 'key-epoch'), 'utf8')), epoch)
})

test('last month’s rows with today’s keys: every living person is back, and no erased one', async () => {
  await vartio.stop()
  const target = at('restored')
  const early = command(['restore', at('last-month.backup')], target)
  assert.equal(early.status, exitCodes.folder.code)
  assert.match(early.stderr, /has no keys\. Restore them first/)
  const keysBack = command(['keys', 'restore', at('today.keys'), officers.keys[1] as string], target)
  assert.equal(`${keysBack.status} ${keysBack.stderr}`, '0 ')
  assert.equal(statSync(join(target, 'programs', 'portal', 'roots')).mode & 0o777, 0o700)
  const twice = command(['keys', 'restore', at('today.keys'), officers.keys[1] as string], target)
  assert.equal(twice.status, exitCodes.folder.code)
  const rowsBack = command(['restore', at('last-month.backup')], target)
  assert.equal(`${rowsBack.status} ${rowsBack.stderr}`, '0 ')
  const restored = await startVartio({ code, folder: target, environment: { VARTIO_PORT: String(port) } })
  try {
    const sql = connectAdmin(join(target, 'run'), 'portal')
    const rows = await sql<{ letter_id: string; sealed: Buffer }[]>`select letter_id, sealed from mail.letter`
    const sealedOf = (person: string) => rows.find((row) => row.letter_id === person)?.sealed as Buffer
    const keys = openStore(target)
    const [key] = (await keys.find(bucketOf(staying), [staying])).values()
    assert.equal(unseal(key as KeyObject, sealedOf(staying)), `of ${staying}`)
    assert.ok(sealedOf(leaving).length > 20, 'the row is back')
    assert.equal((await keys.find(bucketOf(leaving), [leaving])).size, 0, 'and its key is not')
    await keys.stop()
    await sql.end()
    assert.equal(restored.inboxLink, vartio.inboxLink)
  } finally {
    await restored.stop()
  }
  // Only the data are lost: the keys that are well stay where they are.
  rmSync(join(target, 'postgres'), { recursive: true })
  const beside = command(['restore', at('last-month.backup')], target)
  assert.equal(`${beside.status} ${beside.stderr}`, '0 ')
})

test('rows whose keys lie in another store are refused, and an unfinished restore of keys is begun anew', async () => {
  const other = at('other')
  const another = await startVartio({ code, folder: other, environment: { VARTIO_PORT: String(port) } })
  await another.stop()
  rmSync(join(other, 'postgres'), { recursive: true })
  const refused = command(['restore', at('last-month.backup')], other)
  assert.equal(refused.status, exitCodes.folder.code, refused.stderr)
  assert.match(refused.stderr, /sealed with the keys of another key store/)
  const cut = at('cut')
  assert.equal(command(['keys', 'restore', at('today.keys'), officers.keys[0] as string], cut).status, 0)
  writeFileSync(join(cut, 'restore-unfinished'), 'keys\n')
  assert.match(command(['start'], cut).stderr, /did not come to its end/)
  assert.match(command(['restore', at('last-month.backup')], cut).stderr, /has no keys/)
  assert.equal(command(['keys', 'restore', at('today.keys'), officers.keys[0] as string], cut).status, 0)
  assert.ok(!existsSync(join(cut, 'restore-unfinished')))
})

test('a recorded backup of keys is destroyed when it has had its time, and a stranger’s file under its name is not', async () => {
  const reused = at('reused.keys')
  await backUpKeys(reused, new Date())
  writeFileSync(reused, 'something else by now')
  assert.deepEqual(await destroyOldBackups(data, silent), { destroyed: [], left: 0 })
  assert.deepEqual((await destroyOldBackups(data, silent, new Date(Date.now() + 2 * day))).destroyed, [])
  const { destroyed } = await destroyOldBackups(data, silent, new Date(Date.now() + 3 * day))
  assert.deepEqual(destroyed.toSorted(), [at('last-month.keys'), at('today.keys')].toSorted())
  for (const path of destroyed) assert.ok(!existsSync(path))
  assert.equal(readFileSync(reused, 'utf8'), 'something else by now')
})
