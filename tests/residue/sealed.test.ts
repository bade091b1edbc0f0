import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { connectAdmin } from '#supervisor/postgres'
import { createHouse } from '#tests/house'
import { startVartio } from '#tests/vartio'

// What people type into a whole Vartio is looked for in every file it has written: tables, indexes and write-ahead log of both PostgreSQL
// servers, logs and the rest of the data folder.

const vartio = await startVartio()
after(() => vartio.stop())
const house = createHouse(vartio)

const mark = () => `kanaria${randomBytes(6).toString('hex')}`
const canaries = {
  controllerContact: `${mark()}@paja.example`,
  protectionOfficer: mark(),
  administratorName: mark(),
  administratorAddress: `${mark()}@paja.example`,
  invitedName: mark(),
  invitedAddress: `${mark()}@paja.example`,
  waitingAddress: `${mark()}@paja.example`,
  waitingName: mark(),
  telephone: '+358 99 8172635',
  ownName: mark(),
  accountName: mark(),
  passkeyName: mark(),
  userAgent: mark(),
  ip: '127.81.72.63',
}
/** A name of an organisation is no personal data and lies in the clear: the search must find it, or it finds nothing at all. */
const control = mark()

function* filesIn(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesIn(path)
    else if (entry.isFile()) yield path
  }
}

test('DI-15 what identifies a person lies nowhere in the clear: not in tables, indexes, write-ahead logs or logs', async () => {
  const administrator = await house.setUp(
    { name: canaries.administratorName, email: canaries.administratorAddress },
    { contactEmail: canaries.controllerContact, dataProtectionOfficer: canaries.protectionOfficer },
  )
  const invited = await house.invite(administrator, { name: canaries.invitedName, email: canaries.invitedAddress }, [
    'viewer',
  ])
  const { organizationId } = administrator
  const waiting = { email: canaries.waitingAddress, name: canaries.waitingName, roles: ['viewer'], language: 'fi' }
  assert.equal(
    (await administrator.portal('POST', `/api/organizations/${organizationId}/invitations`, waiting)).status,
    200,
  )
  invited.browser.from = canaries.ip
  const changed = await invited.browser.ask('PUT', `${vartio.portal}/api/own`, {
    json: { name: canaries.ownName, phone: canaries.telephone },
    headers: { 'user-agent': canaries.userAgent },
  })
  assert.equal(changed.status, 204, changed.body)
  invited.browser.from = '127.0.0.1'
  const account = `${vartio.identity}/account/api`
  assert.equal((await invited.api('PUT', `${account}/own`, { name: canaries.accountName })).status, 204)
  const { json } = await invited.api('GET', `${account}/passkeys`)
  const passkey = `${account}/passkeys/${json.passkeys[0].passkeyId}`
  assert.equal((await invited.api('PUT', passkey, { name: canaries.passkeyName })).status, 204)
  const named = { name: control, kind: 'company' }
  assert.equal(
    (await administrator.portal('POST', `/api/organizations/${organizationId}/organizations`, named)).status,
    200,
  )

  // All of it is there for whoever may see it.
  const { people } = (await administrator.portal('GET', `/api/organizations/${organizationId}/people`)).json
  const seen = people.map(({ name, email, phone }: Record<string, string>) => [name, email, phone])
  assert.deepEqual(
    new Set(seen.flat()),
    new Set([
      canaries.administratorName,
      canaries.administratorAddress,
      null,
      canaries.ownName,
      canaries.invitedAddress,
      canaries.telephone,
    ]),
  )
  const { records } = (await administrator.portal('GET', `/api/organizations/${organizationId}/audit`)).json
  const origins = records.map(({ from }: { from: { ip: string; userAgent: string } }) => from)
  assert.ok(
    origins.some(
      ({ ip, userAgent }: { ip: string; userAgent: string }) => ip === canaries.ip && userAgent === canaries.userAgent,
    ),
  )

  for (const run of ['run', 'run-keys']) {
    const sql = connectAdmin(join(vartio.folder, run))
    await sql`checkpoint`
    await sql.end()
  }
  const found = new Map<string, string[]>()
  let [bytes, controls] = [0, 0]
  for (const path of filesIn(vartio.folder)) {
    const content = readFileSync(path)
    bytes += content.length
    if (content.includes(control)) controls += 1
    for (const [name, canary] of Object.entries(canaries))
      if (content.includes(canary)) found.set(name, [...(found.get(name) ?? []), path.slice(vartio.folder.length)])
  }
  assert.ok(controls > 0 && bytes > 50_000_000, `${controls} files of ${bytes} bytes have the control`)
  assert.deepEqual(Object.fromEntries(found), {})
})
