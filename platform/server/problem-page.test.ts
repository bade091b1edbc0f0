import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createErrorPage } from './problem-page.ts'

const shown = createErrorPage('http://portal.localhost/', ({ code }) =>
  code === 'area.known' ? ['Known <b>', 'And explained.'] : undefined,
)
const page = (code: string, status: number, url = '/x?a=1', language: 'fi' | 'en' = 'en', method = 'GET') =>
  shown({ type: 'about:blank', title: '', code, status }, { language, method, url, nonce: '' })

test('every problem is a page in the person’s language that says what is safe, leads on and carries its code', () => {
  for (const [status, fi, en] of [
    [400, 'Tämä ei onnistunut', 'This did not work'],
    [404, 'Täällä ei ole sivua', 'There is no page here'],
    [429, 'Liian monta yritystä', 'Too many attempts'],
    [500, 'Tämä ei onnistunut', 'This did not work'],
    [503, 'Palvelu ei vastaa juuri nyt', 'The service does not answer just now'],
  ] as const)
    for (const [language, title] of Object.entries({ fi, en })) {
      const written = page('http.some', status, '/x', language as 'fi' | 'en')
      assert.match(
        written,
        new RegExp(`^<!doctype html>\n<html lang="${language}">[\\s\\S]*<h1>${title}</h1>[\\s\\S]*http\\.some`),
      )
      assert.ok(written.includes('href="http://portal.localhost/"'))
    }
  assert.match(page('area.known', 400), /<h1>Known &lt;b&gt;<\/h1>/)
})

test('the same address is asked again only where that may help, and only on this host', () => {
  for (const status of [429, 503]) assert.match(page('http.busy', status), /href="\/x\?a=1"/)
  assert.doesNotMatch(page('http.not_found', 404), /href="\/x/)
  assert.doesNotMatch(page('http.busy', 503, '/x', 'en', 'POST'), /href="\/x/)
  for (const elsewhere of ['//evil.example', '/\\evil.example', 'http://evil.example'])
    assert.doesNotMatch(page('http.busy', 503, elsewhere), /evil/)
})
