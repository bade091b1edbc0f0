import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Figure, judge, worstFirst } from './judge.ts'
import { renderPledges } from './page.ts'
import type { Pledge } from './registry.ts'

const now = new Date('2026-11-22T12:00:00.000Z')
const words = { fi: 'Lause.', en: 'Sentence.' }
const pledge = (id: string, kept: Pledge['kept']): Pledge => ({ id, clauses: ['RT-03'], says: words, how: words, kept })
const figure = (name: string, value: number | null, secondsAgo = 10): Figure => ({
  program: 'portal',
  name,
  unit: 'rows',
  limit: 0,
  figure: value,
  takenAt: new Date(now.getTime() - secondsAgo * 1_000),
})
const measured = pledge('measured', { kind: 'measured', proofs: ['portal/test.one', 'portal/test.two'] })
const stateOf = (...figures: Figure[]) => judge([measured], figures, now)[0]?.state

test('a pledge is kept only while every one of its figures is known, fresh and within its limit', () => {
  assert.equal(stateOf(figure('test.one', 0), figure('test.two', 0)), 'kept')
  assert.equal(stateOf(figure('test.one', 0), figure('test.two', 1)), 'broken')
  assert.equal(stateOf(figure('test.one', 0)), 'unknown', 'a proof that no program gives')
  assert.equal(stateOf(figure('test.one', 0), figure('test.two', null)), 'unknown')
  assert.equal(stateOf(figure('test.one', 0), figure('test.two', 0, 299)), 'kept')
  assert.equal(stateOf(figure('test.one', 0), figure('test.two', 0, 301)), 'unknown', 'older than two looks')
  assert.equal(
    stateOf(figure('test.one', null), figure('test.two', 1)),
    'broken',
    'what is known to be wrong comes first',
  )
})

test('what somebody has declared counts until its day, and then nobody knows', () => {
  const declared = (until: string) =>
    pledge('declared', { kind: 'declared', by: 'Aino Aalto', on: '2026-01-01', until })
  assert.equal(judge([declared('2026-11-23')], [], now)[0]?.state, 'kept')
  assert.equal(judge([declared('2026-11-22')], [], now)[0]?.state, 'unknown')
})

test('the page says in words how it stands, worst first, and escapes nothing into markup', () => {
  const judged = judge(
    [
      pledge('tested', { kind: 'tested', path: 'a.test.ts', name: '<script>' }),
      measured,
      pledge('other', { kind: 'measured', proofs: ['portal/test.three'] }),
    ],
    [figure('test.one', 2), figure('test.two', 0)],
    now,
  )
  assert.deepEqual(
    worstFirst(judged).map(({ pledge: { id } }) => id),
    ['measured', 'other', 'tested'],
  )
  const fi = renderPledges({ language: 'fi', judged, now })
  assert.match(fi, /<h1>Lupauksia on 3\. Yhtä ei pidetä juuri nyt, yhdestä ei tiedetä\.<\/h1>/)
  assert.match(fi, /Ei pidetä[\s\S]*2 riviä, raja 0[\s\S]*Ei tiedossa[\s\S]*Pidetään/)
  assert.match(
    renderPledges({ language: 'en', judged, now }),
    /Not kept[\s\S]*2 rows, limit 0[\s\S]*Not known[\s\S]*Kept/,
  )
})
