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
const stateOf = (...figures: Figure[]) => judge([measured], figures, [], now)[0]?.state

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

test('what somebody has declared counts until its end, and then nobody knows', () => {
  const one = pledge('declared', { kind: 'declared' })
  const word = (until: string) => ({ pledge: 'declared', by: 'Aino Aalto', on: '2026-01-01T10:00:00.000Z', until })
  const stateWith = (until: string) => judge([one], [], [word(until)], now)[0]?.state
  assert.equal(stateWith('2026-11-22T12:00:00.001Z'), 'kept')
  assert.equal(stateWith('2026-11-22T12:00:00.000Z'), 'unknown')
  assert.equal(judge([one], [], [], now)[0]?.state, 'unknown')
  assert.equal(judge([one], [], [{ ...word('2027-01-01T00:00:00Z'), pledge: 'other' }], now)[0]?.state, 'unknown')
  const page = (until: string, language: 'fi' | 'en') =>
    renderPledges({ language, judged: judge([one], [], [word(until)], now), now })
  assert.match(page('2027-01-01T22:00:00Z', 'en'), /declared: by Aino Aalto on 1 January 2026 until 2 January 2027/)
  assert.match(page('2027-01-01T22:00:00Z', 'fi'), /vakuutettu: Aino Aalto 1\.1\.2026, voimassa 2\.1\.2027 asti/)
  assert.match(page('2026-11-01T00:00:00Z', 'en'), /Not known[\s\S]*the time of the declaration is over/)
  const unsaid = renderPledges({ language: 'en', judged: judge([one], [], [], now), now })
  assert.match(unsaid, /nobody has declared it[\s\S]*Not known/)
})

test('the page says in words how it stands, worst first, and escapes nothing into markup', () => {
  const judged = judge(
    [
      pledge('tested', { kind: 'tested', path: 'a.test.ts', name: '<script>' }),
      measured,
      pledge('other', { kind: 'measured', proofs: ['portal/test.three'] }),
    ],
    [figure('test.one', 2), figure('test.two', 0)],
    [],
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
