import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeOfficerKey, type OfficerKey, openOfficerKey } from '#base/officer-key'
import { verifyOfficers, writeOfficer } from '#base/officers'
import { signNote } from '#base/signed-note'
import { logEntry } from '#privacy/transparency/api'
import { createMessages } from '#server/messages'
import { createTestLog } from '#tests/log'
import { passphrase } from '#tests/officers'
import { createTestPortal, type TestPerson } from '#tests/portal'
import { until } from '#tests/until'
import { handOver } from './hand-over.ts'

const portal = await createTestPortal()
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Yritys', 'company')
const aino = await portal.person('Aino', { [providerId]: ['administrator'], [companyId]: ['administrator'] })
let eino: TestPerson
const make = () => openOfficerKey(makeOfficerKey(passphrase).file, passphrase)
const [ainos, einos, thirds, strangers] = [make(), make(), make(), make()]
const at = `/api/organizations/${providerId}/officers`

const read = async ({ cookie }: TestPerson) => (await portal.ask('GET', at, { cookie })).body
const add = ({ cookie }: TestPerson, { officer }: OfficerKey) =>
  portal.ask('POST', at, { cookie, body: { officer: writeOfficer(officer) } })
const lineOf = (text: string, { officer, signing }: OfficerKey) =>
  signNote(text, officer.name, signing)
    .slice(text.length + 1)
    .trim()
async function sign(person: TestPerson, key: OfficerKey) {
  const { proposal } = await read(person)
  const body = { number: proposal.number, signature: lineOf(proposal.text, key) }
  return portal.ask('POST', `${at}/signature`, { cookie: person.cookie, body })
}
/** What the supervisor does with what the portal offers. */
const accept = (note: string) => writeFileSync(join(portal.publicFolder, 'officers.txt'), note)

// The end that carries messages on, as the running portal has it.
const entries: unknown[] = []
const messages = createMessages({ database: portal.database, log: createTestLog().log, everyMilliseconds: 50 })
handOver({
  messages,
  folder: portal.folder,
  calls: {
    async call(_program, _path, body, answer) {
      const { entryId, entry } = body as { entryId: string; entry: unknown }
      entries.push(logEntry.parse(entry))
      return answer.parse({ entryId })
    },
  },
})
await messages.start()
test.after(() => messages.stop())

test('one alone makes no key, and only the provider has officers', async () => {
  assert.equal((await read(aino)).isAlone, true)
  assert.equal((await add(aino, ainos)).code, 'officers.alone')
  const elsewhere = await portal.ask('GET', `/api/organizations/${companyId}/officers`, { cookie: aino.cookie })
  assert.equal(elsewhere.code, 'officers.not_provider')
  eino = await portal.person('Eino', { [providerId]: ['privacy_officer'] })
})

test('two make keys, each signs the list of both, and what is then handed over is what the supervisor takes', async () => {
  assert.equal((await add(aino, ainos)).status, 200)
  assert.equal((await add(aino, thirds)).code, 'officers.already_officer')
  assert.equal((await read(aino)).proposal, null)
  assert.equal((await add(eino, einos)).status, 200)
  const { proposal, officers, armed } = await read(eino)
  assert.deepEqual(proposal.wanted, [ainos.officer.name, einos.officer.name])
  assert.deepEqual(
    officers.map(({ name, isSelf }: { name: string; isSelf: boolean }) => [name, isSelf]),
    [
      ['Aino', false],
      ['Eino', true],
    ],
  )
  assert.deepEqual(armed, [])
  assert.equal((await sign(eino, strangers)).code, 'note.not_signed')
  assert.equal((await sign(eino, einos)).status, 200)
  assert.deepEqual((await read(aino)).proposal.signedBy, [einos.officer.name])
  // Twice is once.
  assert.equal((await sign(eino, einos)).status, 200)
  assert.equal((await sign(aino, ainos)).status, 200)
  assert.equal((await read(aino)).proposal, null)

  await until(() => entries.length > 0)
  assert.deepEqual(Object.keys(entries[0] as object), ['kind', 'number', 'count', 'list', 'at'])
  const note = readFileSync(join(portal.folder, 'officers.txt'), 'utf8')
  assert.equal(verifyOfficers(note, portal.installation).officers.length, 2)
  accept(note)
  assert.deepEqual((await read(eino)).armed, [ainos.officer.name, einos.officer.name])
})

test('a third joins with the signatures of all, and whoever leaves is replaced only by two of the officers before', async () => {
  const third = await portal.person('Kolmas', { [providerId]: ['administrator'] })
  assert.equal((await add(third, thirds)).status, 200)
  const removed = await portal.ask('DELETE', `${at}/${eino.personId}`, { cookie: aino.cookie })
  assert.equal(removed.status, 204)
  const { proposal } = await read(aino)
  assert.deepEqual(proposal.wanted, [ainos.officer.name, thirds.officer.name, einos.officer.name])
  await sign(aino, ainos)
  await sign(aino, thirds)
  assert.notEqual((await read(aino)).proposal, null, 'one officer before was enough')
  await sign(aino, einos)
  assert.equal((await read(aino)).proposal, null)
})

test('a signature under a list that has changed since is refused, and each step stands in the audit log', async () => {
  const old = { number: 1, signature: lineOf('anything\n', ainos) }
  const late = await portal.ask('POST', `${at}/signature`, { cookie: aino.cookie, body: old })
  assert.equal(late.code, 'officers.no_such_list')
  const { records } = (await portal.ask('GET', `/api/organizations/${providerId}/audit`, { cookie: aino.cookie })).body
  const actions = records.map(({ action }: { action: string }) => action)
  assert.equal(actions.filter((action: string) => action === 'officers.key_made').length, 3)
  assert.equal(actions.filter((action: string) => action === 'officers.list_signed').length, 6)
  assert.equal(actions.filter((action: string) => action === 'officers.removed').length, 1)
})
