import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allowedPurposes, type Description, describe, type Table } from './describe.ts'
import { findUndescribed } from './describe-check.ts'
import { interests, interestsToReview } from './interests.ts'
import { persons } from './vocabulary.ts'

const about = {
  whose: 'administrator',
  from: 'person',
  why: 'to greet them',
  purposes: ['account'],
  basis: 'eu-gdpr:A6-1-b',
  seenBy: ['person'],
} as const

const right: Table = {
  meaning: 'who is greeted',
  title: { en: 'greetings', fi: 'tervehdykset' },
  owner: { column: 'person_id', kind: 'person' },
  keep: { with: 'account' },
  about,
  columns: { person_id: { what: 'pd:UID' }, name: { what: 'pd:Name' }, greeted_at: 'when' },
}

const live = {
  columns: ['person_id', 'name', 'greeted_at'].map((column) => ({ schema: 'hall', table: 'guest', column })),
  functions: [{ schema: 'hall', name: 'names_of' }],
}

const judge = (table: Partial<Record<keyof Table, unknown>>, functions: Description['functions'] = rightFunctions) =>
  findUndescribed([describe('hall', { guest: { ...right, ...table } as Table }, functions)], live)

const rightFunctions = { names_of: { reads: ['guest.name'] } }

test('what is described whole and is really there has no fault', () => assert.deepEqual(judge({}), []))

test('EP-27 a column or function that nobody described is a fault, and so is one that is not there', () => {
  const { name: _name, ...columns } = right.columns
  assert.deepEqual(judge({ columns }, { names_of: 'names' }), [
    'hall.guest.name is not described: say in data.ts what it is, whose, why, for which purposes and how long',
  ])
  assert.deepEqual(judge({}, {}), [
    'hall.names_of() is not described: say in data.ts, under functions, which columns it reads, or what it answers',
  ])
  assert.deepEqual(judge({ columns: { ...right.columns, age: 'in years' } }), [
    'hall.guest.age is described but does not exist: take it out of data.ts',
  ])
  assert.deepEqual(judge({}, { ...rightFunctions, gone: 'nothing' }), [
    'hall.gone() is described but does not exist: take it out of data.ts',
  ])
  assert.deepEqual(judge({}, { names_of: { reads: ['guest.greeted_at'] } }), [
    'hall.names_of() reads guest.greeted_at, which is no personal column of hall',
  ])
})

test('PT-20 a personal column says where it comes from, and all else that a person may ask', () => {
  for (const key of ['whose', 'from', 'why', 'purposes', 'basis', 'seenBy'] as const) {
    const { [key]: _left, ...rest } = about
    assert.deepEqual(
      judge({ about: rest }),
      ['person_id', 'name'].map((column) => `hall.guest.${column}: data.ts does not say ${key}`),
    )
  }
  assert.match(judge({ about: { ...about, purposes: [] } }).join(), /serves no purpose/)
})

test('PT-20 rows from outside carry their source in a column of theirs, which is there', () => {
  assert.deepEqual(judge({ about: { ...about, from: { column: 'heard_from' } } }), [
    'hall.guest: its rows carry their source in heard_from, which it does not have',
  ])
  assert.deepEqual(judge({ about: { ...about, from: { column: 'greeted_at' } } }), [])
})

test('EP-38 a legitimate interest is one of those recorded and weighed, and is named where it is the basis', () => {
  assert.match(judge({ about: { ...about, basis: 'eu-gdpr:A6-1-f' } }).join(), /name which of those in interests.ts/)
  assert.match(judge({ about: { ...about, interest: 'threat-trends' } }).join(), /belongs to eu-gdpr:A6-1-f only/)
  assert.deepEqual(judge({ about: { ...about, basis: 'eu-gdpr:A6-1-f', interest: 'threat-trends' } }), [])
  assert.equal(Object.keys(interests).length, 3)
  for (const { necessity, balance, safeguards, weighedBy, reviewBy } of Object.values(interests)) {
    assert.ok(necessity.length > 40 && balance.length > 40 && safeguards.length > 0 && weighedBy.length > 0)
    assert.match(reviewBy, /^\d{4}-\d\d-\d\d$/)
  }
  assert.deepEqual(interestsToReview(new Date('2027-11-20T12:00:00Z')), [])
  assert.deepEqual(interestsToReview(new Date('2027-11-21T12:00:00Z')), Object.keys(interests))
})

test('a table says how long, and personal data is not kept for ever', () => {
  assert.deepEqual(judge({ keep: undefined }), ['hall.guest: data.ts does not say how long a row is kept (keep)'])
  for (const keep of [{ forever: 'we like it' }, { until: 'somebody cares' }])
    assert.deepEqual(judge({ keep }), [
      'hall.guest holds personal data: give its keep a period, a deadline, or what it goes with',
    ])
  assert.deepEqual(judge({ keep: { at: 'gone_at' } }), [
    'hall.guest: its keep counts from gone_at, which it does not have',
  ])
})

test('ID-20 whose data it is comes from a closed list, and each of them can be found or is told why not', () => {
  const { owner: _owner, ...ownerless } = right
  assert.match(
    findUndescribed([describe('hall', { guest: ownerless as Table }, rightFunctions)], live).join(),
    /holds personal data of nobody: name its owner or subjects, or say why nobody can be found/,
  )
  assert.match(judge({ unfindable: 'too hard' }).join(), /says both/)
  assert.match(judge({ owner: { column: 'host_id', kind: 'person' } }).join(), /names host_id as its owner/)
  assert.match(judge({ about: { ...about, whose: 'correspondent' } }).join(), /nothing is held of a correspondent/)
  assert.deepEqual(judge({ title: undefined }), [
    'hall.guest holds personal data: say what a person would call it (title, in English and Finnish)',
  ])
})

test('DSR-20 DSR-21 a household, a device and what it does are personal data, of whoever it is and through whatever channel they came', () => {
  for (const whose of [
    'account holder',
    'administrator',
    'customer',
    'employee',
    'correspondent',
    'household',
  ] as const)
    assert.ok(whose in persons, whose)
  for (const what of ['pd:Household', 'pd:DeviceBased', 'pd:IPAddress', 'pd:UserAgent', 'pd:Behavioural'] as const) {
    const columns = { person_id: right.columns.person_id, name: { what }, greeted_at: 'when' }
    assert.deepEqual(judge({ columns }), [], what)
    // As any other personal data: nobody's it cannot be, nor without a reason.
    const { owner: _owner, ...ownerless } = { ...right, columns: { ...columns, person_id: 'a number' } } as Table
    assert.match(
      findUndescribed([describe('hall', { guest: ownerless as Table }, rightFunctions)], live).join(),
      /holds personal data of nobody/,
      what,
    )
    assert.match(judge({ columns, about: { ...about, why: undefined } }).join(), /why/, what)
  }
})

test('a sealed value is described field by field, and its tokens with the field they stand for', () => {
  const table: Table = {
    ...right,
    sealed: {
      column: 'sealed',
      fields: { name: { what: 'pd:Name' }, email: { what: 'pd:EmailAddress', purposes: ['letters'] } },
      tokens: { email_token: 'email' },
    },
    columns: { person_id: { what: 'pd:UID' } },
  }
  const columns = ['person_id', 'sealed', 'email_token'].map((column) => ({ schema: 'hall', table: 'guest', column }))
  assert.deepEqual(findUndescribed([describe('hall', { guest: table })], { columns, functions: [] }), [])
  assert.deepEqual(
    [...allowedPurposes([describe('hall', { guest: table })])].map(([name, allowed]) => [name, [...allowed].sort()]),
    [
      ['hall.guest.person_id', ['account', 'rights']],
      ['hall.guest.sealed', ['account', 'letters', 'rights']],
      ['hall.guest.email_token', ['letters', 'rights']],
    ],
  )
  const wrong = { ...table, sealed: { ...table.sealed!, tokens: { email_token: 'mail' } } }
  assert.match(
    findUndescribed([describe('hall', { guest: wrong })], { columns, functions: [] }).join(),
    /there is no sealed field mail/,
  )
})
