import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPeople } from '#identity/people'
import type { Database, Sql } from '#server/database'
import { createMail } from '#server/mail'
import { createAuthenticator } from '#tests/authenticator'
import { Browser } from '#tests/browser'
import { register, startIdentity } from '#tests/identity'
import { createRegistration } from './register.ts'

const house = await startIdentity()
const { platform, identity, urls } = house

async function begin() {
  const browser = new Browser(urls.identity)
  const page = await browser.go('GET', '/sign-in?to=account')
  return { browser, page, event: browser.url.pathname }
}
const holder = await begin()
const { authenticator } = await register(house, holder.browser, {
  name: 'Haltija',
  email: 'haltija@enumeration.example',
})

/** Notes the text of every statement that goes through it, in order; what is asked for is left out. */
function recording(database: Database, statements: string[]): Database {
  const noted = (sql: Sql): Sql =>
    new Proxy(sql, {
      apply(target, self, given: [TemplateStringsArray, ...unknown[]]) {
        // A helper for a part of a statement comes with no text.
        if (Array.isArray(given[0]) && 'raw' in given[0]) statements.push(given[0].join('?').replaceAll(/\s+/g, ' '))
        return Reflect.apply(target as never, self, given)
      },
    })
  return {
    ...database,
    sql: noted(database.sql),
    transaction: (run) => {
      statements.push('begin')
      return database.transaction((tx) => run(noted(tx)))
    },
    forPerson: (personId, run) => {
      statements.push('begin')
      return database.forPerson(personId, (tx) => run(noted(tx)))
    },
  }
}

// By what is done, not by a clock: how long a statement takes differs more from one moment to the next than between two addresses.
test('account enumeration by time: whether an address has an account changes no statement, no slow hash and no letter of creating one', async () => {
  const done: Record<string, unknown> = {}
  for (const email of ['haltija@enumeration.example', 'kukaan@enumeration.example']) {
    const statements: string[] = []
    const database = recording(platform.database, statements)
    const counted = { ...platform, database }
    const macs: string[] = []
    const keys = new Proxy({} as Parameters<typeof createPeople>[1]['keys'], {
      get:
        () =>
        (purpose: string, ...parts: string[]) => {
          macs.push(purpose)
          return Buffer.from(`${purpose} ${parts.join(' ')}`.padEnd(32).slice(0, 32))
        },
    })
    const people = createPeople(counted, { keys })
    const mail = createMail({ ...counted, smtpUrl: undefined, from: 'Vartio <vartio@localhost>' })
    const moved: { stage: { codeId: string; address: never } }[] = []
    const events = { move: async (_event: unknown, stage: never) => void moved.push({ stage }) } as never
    const registration = createRegistration(
      { ...counted, mail },
      { people, passkeys: {} as never, recovery: {} as never, upstreams: {} as never, events },
    )
    const event = { language: 'fi', path: () => '' } as never
    await registration.sendCode(event, { name: 'Joku', email }, '127.0.0.9')
    const { stage } = moved[0]!
    // The code that was sent is typed wrong: here, too, nobody learns whether there was one.
    await assert.rejects(
      registration.verifyCode({ ...(event as object), stage: { ...stage, name: 'code' } } as never, '00000000'),
      {
        code: 'people.code_wrong',
      },
    )
    const letters = await house.letters(email)
    done[email] = { statements, macs, letters: letters.length - (email.startsWith('haltija') ? 1 : 0) }
    assert.ok(statements.length >= 5 && macs.includes('one-time-code'), 'nothing was noted')
  }
  const [known, unknown] = Object.values(done)
  assert.deepEqual(known, unknown)
})

test('account enumeration by passkey hints: no page and no question says which passkeys, or whose, there are', async () => {
  const seen = []
  for (const hint of ['haltija@enumeration.example', 'kukaan@enumeration.example', '']) {
    const browser = new Browser(urls.identity)
    const page = await browser.go('GET', `/sign-in?to=account${hint === '' ? '' : `&login_hint=${hint}`}`)
    const event = browser.url.pathname
    const options = await browser.ask('POST', `${event}/use-passkey/begin`, { json: {} })
    const { challenge, ...question } = JSON.parse(options.body)
    assert.deepEqual(question.allowCredentials, [])
    assert.ok(challenge.length >= 43)
    // What is typed goes nowhere: the question is the same with it.
    const typed = await browser.ask('POST', `${event}/use-passkey/begin`, { json: { email: hint } })
    seen.push({
      page: page.body.replaceAll(event, '').replaceAll(hint === '' ? '\0' : hint, ''),
      question,
      typed: typed.status,
    })
  }
  assert.deepEqual(seen[1], seen[0])
  assert.deepEqual(seen[2], seen[0])
})

test('account enumeration by passkey hints: a passkey of nobody and a wrong one of somebody are answered alike', async () => {
  const answers = []
  const nobodys = createAuthenticator(urls.identity.origin)
  nobodys.make({
    challenge: 'A'.repeat(43),
    rp: { id: urls.identity.hostname },
    user: { id: 'AAAAAAAAAAAAAAAAAAAAAA' },
  })
  for (const one of [nobodys, authenticator]) {
    const { browser, event } = await begin()
    const options = JSON.parse((await browser.ask('POST', `${event}/use-passkey/begin`, { json: {} })).body)
    const used = one.use(options) as { response: { signature: string } }
    used.response.signature = `${used.response.signature.slice(0, -6)}AAAAAA`
    const answer = await browser.ask('POST', `${event}/use-passkey/finish`, { json: used })
    const { id: _, requestId: __, ...rest } = JSON.parse(answer.body)
    answers.push([answer.status, rest])
  }
  assert.deepEqual(answers[0], answers[1])
  assert.ok(await identity.people.findByAddress('haltija@enumeration.example' as never))
})
