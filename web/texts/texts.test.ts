import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { en } from './en.ts'
import { fi } from './fi.ts'

/** Every text with its path: "people.title_one" → "…". */
function flatten(texts: object, path = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]: [string, unknown]) => {
    const here = path ? `${path}.${key}` : key
    return typeof value === 'string' ? [[here, value] as [string, string]] : flatten(value as object, here)
  })
}

const finnish = new Map(flatten(fi))
const english = new Map(flatten(en))
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map((match) => match[1]).sort()

test('both languages have the same keys', () => {
  assert.deepEqual([...english.keys()].sort(), [...finnish.keys()].sort())
})

test('both languages fill in the same values', () => {
  for (const [key, text] of finnish) {
    // "one" may say the number as a word.
    const without = (list: (string | undefined)[]) =>
      key.endsWith('_one') ? list.filter((name) => name !== 'count') : list
    assert.deepEqual(without(holes(english.get(key) ?? '')), without(holes(text)), key)
  }
})

test('a text that counts says both one and many', () => {
  for (const texts of [finnish, english]) {
    for (const key of texts.keys()) {
      if (key.endsWith('_one')) assert.ok(texts.has(key.replace(/_one$/, '_other')), key)
      if (key.endsWith('_other')) assert.ok(texts.has(key.replace(/_other$/, '_one')), key)
    }
  }
})

test('no text is empty and none has a space at its edge', () => {
  for (const texts of [finnish, english]) {
    for (const [key, text] of texts) assert.ok(text !== '' && text.trim() === text, key)
  }
})

test('pages speak to one person and use the words of the house', () => {
  const strangers = /(?<!\p{L})(käyttäjä|login|logout|salasana)(?!\p{L})/iu
  for (const [key, text] of finnish) assert.doesNotMatch(text, strangers, key)
})

/** Areas whose answers these pages show to a person; identity's own pages have their own words. */
const answering = /^(portal\/|identity\/(account|own-data|passkeys)$)/
/** Cursors are made by the server and only handed back: a person can do nothing about them. */
const neverAPersons = /\.bad_cursor$/

test('every refusal that a page may be answered with has words', () => {
  const list = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  const rows = [...list.matchAll(/^\| `(\w+\.\w+)` \| (\d*) \|.*\| (\S+) \|$/gm)]
  assert.ok(rows.length > 10, 'docs/errors.md could not be read')
  const silent = rows
    .filter(([, code = '', status, from = '']) => answering.test(from) && status !== '500' && !neverAPersons.test(code))
    .map(([, code = '']) => code)
    .filter((code) => !finnish.has(`problems.${code}`) && !finnish.has(`deadLink.${code}.title`))
  assert.deepEqual(silent, [])
})

test('ID-104 ID-105 no page speaks of cookies, and none asks for consent to them', () => {
  // Pages that identity renders itself have texts of their own; they are read as files, since a page's test may not import a program.
  const identityTexts = ['inbox', 'pages', 'recovery', 'sign-in'].map((area) => [
    `identity/${area}`,
    readFileSync(new URL(`../../identity/${area}/texts.ts`, import.meta.url), 'utf8'),
  ])
  const texts = [...finnish, ...english, ...identityTexts]
  assert.ok(texts.length > 400, 'the texts were found')
  for (const [key, text] of texts) assert.doesNotMatch(text ?? '', /eväste|cookie|suostumu|\bconsent/i, key)
})
