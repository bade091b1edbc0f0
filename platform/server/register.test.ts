import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describe } from './describe.ts'
import { registerOf } from './register.ts'
import { registerAsDpv, registerAsTilt } from './register-forms.ts'
import { registerAsCsv } from './register-words.ts'

const lines = registerOf('portal', [
  describe('hall', {
    guest: {
      meaning: 'who is greeted',
      title: { en: '=greetings, "all"', fi: 'tervehdykset' },
      owner: { column: 'person_id', kind: 'person' },
      keep: { period: 'P30D', from: 'greeted_at', by: 'row' },
      about: {
        whose: 'administrator',
        from: 'person',
        why: 'to greet them',
        purposes: ['account', 'members'],
        basis: 'eu-gdpr:A6-1-b',
        seenBy: ['person'],
      },
      sealed: {
        column: 'sealed',
        fields: { name: { what: 'pd:Name', from: { column: 'told_by' }, seenBy: ['nobody'] } },
      },
      columns: {
        person_id: { what: 'pd:UID', from: 'system', basis: 'eu-gdpr:A6-1-f', interest: 'one-framework' },
        told_by: 'who told it',
        greeted_at: 'when',
      },
    },
    bell: { meaning: 'about nobody', keep: { forever: 'a bell' }, columns: { bell_id: 'which' } },
  }),
])

test('a line of the register says all that a description says, and tables about nobody are not in it', () => {
  assert.equal(lines.length, 1)
  const [{ purposes, what, from, bases, interests, seenBy, isSealed } = assert.fail()] = lines
  assert.deepEqual(
    { purposes, what, from, bases, interests, seenBy, isSealed },
    {
      purposes: ['account', 'members'],
      what: ['pd:UID', 'pd:Name'],
      from: ['system', 'row'],
      bases: ['eu-gdpr:A6-1-f', 'eu-gdpr:A6-1-b'],
      interests: ['one-framework'],
      seenBy: ['person', 'nobody'],
      isSealed: true,
    },
  )
})

test('as a table it has a column for each thing asked, in both languages, and no cell is a formula', () => {
  for (const language of ['en', 'fi'] as const) {
    const [head = '', row = '', end] = registerAsCsv(lines, language).split('\r\n')
    assert.equal(end, '')
    assert.equal(head.split('","').length, 11)
    assert.equal(row.split('","').length, 11)
    assert.doesNotMatch(row, /(^|,)"=/)
  }
  const english = registerAsCsv(lines, 'en')
  assert.match(english, /^"Activity"/)
  assert.match(english, /"'=greetings, ""all"""/)
  assert.match(english, /"30 days"/)
  assert.match(english, /sealed with a key of the person’s own/)
  // That nobody sees it is said only where nobody does.
  assert.doesNotMatch(english, /nobody/)
  assert.match(registerAsCsv(lines, 'fi'), /"tervehdykset","oman tilin luominen ja hoitaminen; /)
})

test('for machines it is TILT with ISO 8601 durations, and DPV with addresses of its pinned version', () => {
  const [data] = registerAsTilt(lines, 'en').dataDisclosed
  assert.equal(data?._id, 'portal.hall.guest')
  assert.deepEqual(data?.storage[0]?.temporal, [{ description: '30 days', ttl: 'P30D' }])
  assert.deepEqual(data?.legalBases, [
    { reference: 'GDPR-6-1-f', description: 'legitimate interest' },
    { reference: 'GDPR-6-1-b', description: 'contract' },
  ])
  assert.match(data?.legitimateInterests[0]?.reasoning ?? '', /one security framework/)

  const linked = registerAsDpv(lines)
  for (const prefix of ['dpv', 'pd', 'eu-gdpr'] as const)
    assert.match(linked['@context'][prefix], /^https:\/\/w3id\.org\/dpv\/2\.3\//)
  const [process] = linked['@graph']
  assert.deepEqual(process?.['dpv:hasPurpose'], [
    { '@id': 'dpv:AccountManagement' },
    { '@id': 'dpv:MemberPartnerManagement' },
  ])
  assert.equal(process?.['dpv:hasStorageCondition']['dpv:hasDuration'], 'P30D')
  assert.deepEqual(process?.['dpv:hasPersonalData'], [{ '@id': 'pd:UID' }, { '@id': 'pd:Name' }])
})
