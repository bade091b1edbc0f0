import assert from 'node:assert/strict'
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
