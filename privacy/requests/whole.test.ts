import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createHouse } from '#tests/house'
import { until } from '#tests/until'
import { readZip } from '#tests/unzip'
import { startVartio } from '#tests/vartio'

// Through every program of a whole Vartio: what one of them does not do, only this sees.

const vartio = await startVartio()
const folder = mkdtempSync(join(tmpdir(), 'vartio-own-data-'))
after(async () => {
  await vartio.stop()
  rmSync(folder, { recursive: true, force: true })
})
const house = createHouse(vartio)
const aino = await house.setUp({ name: 'Aino Korhonen', email: 'aino@paja.example' })

type Copy = {
  manifest: { files: { name: string; sha256: string; article: number; rows: number }[] }
  files: Map<string, Buffer>
}

async function takeCopy(person: Awaited<ReturnType<typeof house.invite>>): Promise<Copy> {
  const asked = await person.account('POST', '/copy')
  assert.equal(asked.status, 200, asked.body)
  const { requestId } = asked.json
  await until(async () => {
    const { json } = await person.account('GET', '/requests')
    const request = json.requests.find((one: { requestId: string }) => one.requestId === requestId)
    return request.state === 'complete' ? request : undefined
  })
  const answer = await person.account('GET', `/copy/${requestId}`)
  assert.equal(answer.status, 200, answer.body)
  assert.equal(answer.headers['content-type'], 'application/zip')
  const files = readZip(answer.bytes)
  return { files, manifest: JSON.parse(String(files.get('manifest.json'))) }
}

const lines = (file: Buffer | undefined) =>
  String(file ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

test('DSR-01 DSR-05 DSR-06 a person sees, copies and deletes what every program holds of them', async () => {
  const eero = await house.invite(aino, { name: 'Eero Mäkelä', email: 'eero@paja.example' }, ['viewer'])
  await eero.portal('PUT', '/api/own', { phone: '+358 40 1234567' })

  const held = await eero.account('GET', '/held')
  assert.equal(held.status, 200, held.body)
  const tables = held.json.programs.flatMap((one: { program: string; tables: { table: string }[] }) =>
    one.tables.map(({ table }) => `${one.program}.${table}`),
  )
  for (const table of [
    'identity.people.person',
    'identity.people.email_address',
    'identity.passkeys.passkey',
    'identity.oidc.session',
    'identity.services.subject',
    'portal.people.person',
    'portal.people.membership',
    'portal.audit.record',
    'portal.invitations.invitation',
  ])
    assert.ok(tables.includes(table), `${table} is not among ${tables.join(', ')}`)
  assert.deepEqual(held.json.obstacles, [])

  const { files, manifest } = await takeCopy(eero)
  const all = (name: string) => lines(files.get(`everything/${name}.jsonl`))
  assert.equal(all('identity.people.person')[0].name, 'Eero Mäkelä')
  assert.equal(all('identity.people.email_address')[0].address, 'eero@paja.example')
  assert.equal(all('portal.people.person')[0].phone, '+358 40 1234567')
  assert.equal(all('portal.people.membership')[0].organization_name, 'Paja')
  assert.ok(all('portal.audit.record').some(({ action }) => action === 'sessions.signed_in'))
  // What he gave himself stands apart, without what the house has added.
  assert.deepEqual(lines(files.get('provided-by-you/portal.people.person.jsonl'))[0].phone, '+358 40 1234567')
  assert.ok(!files.has('provided-by-you/portal.audit.record.jsonl'))
  for (const text of ['README.txt', 'LUE-MINUT.txt'])
    assert.match(String(files.get(text)), /everything\/portal\.people\.person\.jsonl/)
  for (const { name, rows } of manifest.files) assert.equal(lines(files.get(name)).length, rows, name)
  // Nobody else stands in it: who invited him is a number.
  for (const [name, content] of files) assert.ok(!String(content).includes('aino@paja.example'), name)

  const wrong = await eero.account('POST', '/forget', { typed: 'aino@paja.example' })
  assert.equal(wrong.json.code, 'own_data.typed_something_else')
  const forgotten = await eero.account('POST', '/forget', { typed: 'eero@paja.example' })
  assert.equal(forgotten.status, 200, forgotten.body)
  const { next, number } = forgotten.json
  const page = await eero.browser.go('GET', next)
  assert.match(page.body, /have been deleted/)
  const file = join(folder, 'receipt.tlog-proof')
  writeFileSync(file, (await eero.browser.ask('GET', `${next}/file`)).bytes)

  const verify = (...words: string[]) =>
    execFileSync('sh', ['./vartio', 'verify', file, ...words], {
      encoding: 'utf8',
      env: { ...process.env, VARTIO_DATA: vartio.folder },
    })
  assert.match(verify(), /account-forgotten/)
  // Not only the rows: their keys, so that no older copy of the rows opens either.
  assert.match(verify(), /keys-destroyed/)
  assert.match(verify(number), /the entry is of this account/)
  assert.throws(() => verify(`${'A'.repeat(43)}.${number.split('.')[1]}`), /not the one of this number/)

  assert.equal((await eero.account('GET', '/requests')).status, 401)
  assert.equal((await eero.portal('GET', '/api/session')).status, 401)
  assert.ok((await house.letters('eero@paja.example')).some((text) => /has been deleted|on poistettu/.test(text)))

  // The same address again: a new person, of whom there is nothing but what is new.
  const again = await house.invite(aino, { name: 'Eero Toinen', email: 'eero@paja.example' }, ['viewer'])
  const fresh = await takeCopy(again)
  for (const [name, content] of fresh.files) {
    assert.ok(!String(content).includes('Mäkelä'), name)
    assert.ok(!String(content).includes('1234567'), name)
  }
})

test('DSR-11 DSR-12 what a person has locked is stored and used for nothing else, until they unlock it', async () => {
  const liisa = await house.invite(aino, { name: 'Liisa Lukko', email: 'liisa@paja.example' }, ['viewer'])
  const people = async () => (await aino.portal('GET', `/api/organizations/${aino.organizationId}/people`)).body
  const audit = async () => (await aino.portal('GET', `/api/organizations/${aino.organizationId}/audit`)).json.records
  const ofLiisa = (records: { actor: { id: string }; from: { ip: string | null } }[]) =>
    records.filter(({ actor }) => actor.id === liisaId)
  const liisaId = (await liisa.portal('GET', '/api/session')).json.person.personId
  assert.match(await people(), /Liisa Lukko/)
  assert.ok(ofLiisa(await audit()).every(({ from }) => from.ip !== null))

  const change = async (what: 'restrict' | 'lift') => {
    const { requestId } = (await liisa.account('POST', `/${what}`)).json
    await until(async () => {
      const { json } = await liisa.account('GET', '/requests')
      return json.requests.some(
        (one: { requestId: string; state: string }) => one.requestId === requestId && one.state === 'complete',
      )
    })
  }
  await change('restrict')
  const held = await liisa.account('GET', '/requests')
  assert.ok(held.json.restrictedSince)
  // Nobody in the portal sees her, partners included: they ask the same lists.
  for (const text of [await people(), JSON.stringify(await audit())]) assert.doesNotMatch(text, /Liisa|liisa@/)
  assert.ok(ofLiisa(await audit()).length > 0)
  assert.ok(ofLiisa(await audit()).every(({ from }) => from.ip === null))
  assert.doesNotMatch(
    (await aino.portal('GET', `/api/organizations/${aino.organizationId}/people?search=liisa`)).body,
    new RegExp(liisaId),
  )
  const roles = await aino.portal('PUT', `/api/organizations/${aino.organizationId}/people/${liisaId}/roles`, {
    roles: ['administrator'],
  })
  assert.deepEqual([roles.status, roles.json.code], [409, 'people.restricted'])
  // Her session at the portal is over, and identity lets her in to nothing but her rights.
  assert.equal((await liisa.portal('GET', '/api/session')).status, 401)
  const passkeys = await liisa.api('GET', `${vartio.identity}/account/api/passkeys`)
  assert.deepEqual([passkeys.status, passkeys.json.code], [403, 'own_data.restricted'])
  await liisa.browser.go('GET', `${vartio.portal}/sign-in/begin?purpose=ordinary`)
  const page = await liisa.browser.go('GET', liisa.browser.url)
  assert.match(page.body, /Your data is locked/)
  assert.equal((await liisa.account('GET', '/held')).status, 200)

  await change('lift')
  assert.match(await people(), /Liisa Lukko/)
  assert.equal((await liisa.api('GET', `${vartio.identity}/account/api/passkeys`)).status, 200)
})

test('the last administrator is refused, and told what to do first', async () => {
  const held = await aino.account('GET', '/held')
  assert.deepEqual(held.json.obstacles, [{ code: 'people.last_administrator', names: ['Paja'] }])
  const refused = await aino.account('POST', '/forget', { typed: 'aino@paja.example' })
  assert.deepEqual([refused.status, refused.json.code], [409, 'own_data.last_administrator'])
  assert.equal((await aino.portal('GET', '/api/session')).status, 200)
})
