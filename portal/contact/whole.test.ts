import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Browser } from '#tests/browser'
import { createHouse } from '#tests/house'
import { startVartio } from '#tests/vartio'

// From the footer of any page to whoever reads it, through every program of a whole Vartio.

const vartio = await startVartio()
after(() => vartio.stop())
const house = createHouse(vartio)
const aino = await house.setUp({ name: 'Aino Korhonen', email: 'aino@paja.example' })
const liisa = await house.invite(aino, { name: 'Liisa Laine', email: 'liisa@paja.example' }, ['viewer'])
const path = `/api/organizations/${aino.organizationId}/contact`
const list = async () => (await aino.portal('GET', path)).json
const needs = async () =>
  (await aino.portal('GET', `/api/organizations/${aino.organizationId}/overview`)).json.needs.filter(
    ({ code }: { code: string }) => code === 'overview.messages_waiting',
  )

test('ID-08 from the footer of a page of any program, and from the notice, somebody unknown comes to the form and sends a message with nothing of themselves', async () => {
  const stranger = new Browser(vartio.identity)
  for (const host of [vartio.identity, vartio.portal, house.privacy]) {
    const answer = await stranger.ask('GET', new URL('/contact', host))
    if (host === house.privacy) assert.equal(answer.status, 200)
    else assert.deepEqual([answer.status, answer.headers.location], [303, `${house.privacy}/contact`])
  }
  const page = await stranger.go('GET', `${vartio.identity}/sign-in/nothing-here`)
  assert.match(page.body, /<footer>[\s\S]*href="\/contact"/)
  const notice = await stranger.go('GET', `${house.privacy}/notice?language=fi`)
  assert.match(notice.body, /tietosuoja@paja\.example[\s\S]*href="\/contact\?language=fi"/)

  const form = await stranger.go('POST', `${house.privacy}/contact?language=fi`, {
    form: { message: 'Mitä tietoja lokista näkee?' },
  })
  assert.match(form.body, /Viestisi on perillä/)
  const { waiting, messages } = await list()
  assert.deepEqual([waiting, messages.length], [1, 1])
  assert.deepEqual([messages[0].canAnswer, messages[0].handledAt], [false, null])
  assert.doesNotMatch(JSON.stringify(messages), /lokista/)
  assert.deepEqual((await needs())[0].params, { count: 1 })
})

test('ID-09 a message with a way of being reached shows it to whoever opens it, and who opened it stands in the audit log', async () => {
  const stranger = new Browser(vartio.identity)
  await stranger.go('POST', `${house.privacy}/contact?language=en`, {
    form: { message: 'Please call me.', reach: 'tel. +358 40 1234567' },
  })
  const { messages } = await list()
  const [first, second] = messages
  assert.deepEqual([first.canAnswer, second.canAnswer, second.language], [false, true, 'en'])
  const opened = (await aino.portal('POST', `${path}/${second.messageId}/look`)).json
  assert.deepEqual(opened, { text: 'Please call me.', reach: 'tel. +358 40 1234567' })
  assert.equal((await aino.portal('POST', `${path}/${first.messageId}/look`)).json.reach, null)

  const handle = (isHandled: boolean) => aino.portal('PUT', `${path}/${second.messageId}`, { isHandled })
  assert.equal((await handle(true)).status, 204)
  assert.equal((await list()).waiting, 1)
  assert.equal((await handle(false)).status, 204)
  assert.equal((await list()).waiting, 2)
  assert.equal((await aino.portal('DELETE', `${path}/${second.messageId}`)).status, 204)
  assert.equal((await list()).messages.length, 1)
  const gone = await aino.portal('POST', `${path}/${second.messageId}/look`)
  assert.deepEqual([gone.status, gone.json.code], [404, 'contact.no_such_message'])

  const { records } = (await aino.portal('GET', `/api/organizations/${aino.organizationId}/audit`)).json
  const own = records.filter(({ action }: { action: string }) => action.startsWith('contact.'))
  assert.deepEqual(
    own.map(({ action, actor }: { action: string; actor: { name: string } }) => [action, actor.name]).reverse(),
    // What is gone was not opened, so nobody is said to have opened it.
    ['opened', 'opened', 'handled', 'taken_back', 'erased'].map((what) => [`contact.${what}`, 'Aino Korhonen']),
  )
  assert.ok(!JSON.stringify(records).includes('1234567'), 'what somebody wrote is in the audit log')
  assert.equal((await liisa.portal('GET', path)).status, 403)
})
