import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describe, type Table } from '#server/describe'
import { persons } from '#server/vocabulary'
import { checkDescriptions, statedPurposes } from '../../tools/check-descriptions.ts'
import { described } from '../../tools/register.ts'
import { readTree } from '../../tools/tree.ts'
import { plant } from './planted.ts'

const hall = (purposes: NonNullable<Table['about']>['purposes']) =>
  describe('hall', {
    guest: {
      meaning: 'who is greeted',
      title: { en: 'greetings', fi: 'tervehdykset' },
      owner: { column: 'person_id', kind: 'person' },
      keep: { with: 'account' },
      about: {
        whose: 'administrator',
        from: 'person',
        why: 'to greet',
        purposes,
        basis: 'eu-gdpr:A6-1-b',
        seenBy: ['person'],
      },
      columns: { person_id: { what: 'pd:UID' } },
    },
  })

const today = new Date('2026-11-22T12:00:00Z')
const judge = (code: Record<string, string>, purposes: NonNullable<Table['about']>['purposes'], at = today) =>
  checkDescriptions(plant(code), { evidence: [hall(purposes)], other: [] }, at).map(({ what }) => what)

test('a purpose that a description names and nothing states is found, and every way to state one counts', () => {
  assert.match(judge({}, ['account']).join(), /hall\.guest\.person_id names the purpose account, which no route/)
  for (const code of [
    "route({ method: 'GET', path: '/', permission: 'anyone', purpose: 'account', does: 'x', run })",
    "jobs.define('x', { purpose: 'account' }, run)",
    "within('account', run)",
    "http.mount(['/x'], 'account', run)",
  ])
    assert.deepEqual(judge({ 'platform/server/planted.ts': code }, ['account']), [], code)
  // What a test or a description says is not done by the program.
  for (const path of ['platform/server/planted.test.ts', 'portal/people/data.ts', 'web/portal/main.tsx'])
    assert.equal(judge({ [path]: "within('account', run)" }, ['account']).length, 1, path)
  // Another program's purpose is not this one's.
  const elsewhere = statedPurposes(plant({ 'identity/people/routes.ts': "route({ purpose: 'account' })" }))
  assert.deepEqual([...(elsewhere.get('identity') ?? [])], ['account'])
  assert.equal(elsewhere.get('portal'), undefined)
})

test('EP-38 an interest that was to be weighed again by now stops the build', () => {
  const late = judge({ 'platform/server/planted.ts': "within('account', run)" }, ['account'], new Date('2028-01-01'))
  assert.equal(late.length, 3)
  assert.match(late.join(), /customer-security was to be weighed again by now/)
})

test('where persons are said to be found is a personal column of that program', () => {
  const violations = checkDescriptions(plant(), { portal: [], identity: [] }, today)
  assert.match(
    violations.map(({ what }) => what).join(),
    /vocabulary\.ts finds a account holder by people\.person\.subject, which is no personal column here/,
  )
})

test('the house itself has none of these faults', () =>
  assert.deepEqual(checkDescriptions(readTree(), described, today), []))

/** Of a legal person, of a publisher, or the number of a row, though the name sounds otherwise. */
const ofNobody = new Set([
  'organizations.controller.postal_address',
  'notices.version.language',
  'receivers.receiver.language',
  'rule_sets.rule_set.address',
  'services.contract_person.contract_person_id',
])

test('DSR-20 DSR-21 data of a person’s household, device or behaviour is theirs, whoever they are to us', () => {
  const kinds = Object.keys(persons)
  for (const kind of ['household', 'customer', 'employee', 'correspondent', 'account holder', 'contract person'])
    assert.ok(kinds.includes(kind), kind)
  const technical = /(^|_)(ip|user_agent|device|serial|phone|email|address|language|recipient|person_id)(_|$)/
  const sounding = Object.values(described).flatMap((descriptions) =>
    descriptions.flatMap(({ schema, tables }) =>
      Object.entries(tables).flatMap(([table, { columns, sealed }]) =>
        Object.entries(columns)
          .filter(([column, what]) => typeof what === 'string' && technical.test(column) && column !== sealed?.column)
          .map(([column]) => `${schema}.${table}.${column}`),
      ),
    ),
  )
  assert.deepEqual(
    [...new Set(sounding)].filter((name) => !ofNobody.has(name)),
    [],
    'describe it as personal, or add it to those of nobody',
  )
})
