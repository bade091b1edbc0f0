import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { markup, renderLeaving, renderPage, renderProblem } from './index.ts'

test('whatever a person types stays text in a page', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
      const { text: written } = markup`<p title="${text}">${text}</p>`
      const inside = written.slice('<p title="'.length, -'</p>'.length)
      assert.equal(inside.split('">').length, 2, 'it closes the attribute or a tag')
      assert.ok(!/[<']/.test(inside))
      assert.ok(!inside.replace('">', '').includes('"'))
    }),
  )
  const page = renderPage({ language: 'fi', title: '<script>alert(1)</script>', lead: ['<b>', markup`<b>yes</b>`] })
  assert.ok(!page.includes('<script>alert'))
  assert.ok(page.includes('&lt;b&gt;<b>yes</b>'))
})

test('no page has a script or style of its own inside it', () => {
  const pages = [
    renderPage({ language: 'fi', title: 'x', script: 'passkey' }),
    renderLeaving('en', 'http://portal.localhost/?a=1&b="'),
    renderProblem('fi', { code: 'http.not_found', status: 404 }, 'http://portal.localhost/'),
  ]
  for (const page of pages) {
    assert.ok(!/<style|style=|\son\w+=|javascript:/i.test(page))
    for (const [script] of page.matchAll(/<script[^>]*>[^<]*/g))
      assert.match(script, /^<script type="module" src="\/pages\/[a-z]+\.js\?v=[0-9a-f]{12}">$/)
    assert.match(page, /^<!doctype html>\n<html lang="(fi|en)">/)
  }
})

test('every problem is a page in the person’s language that leads on and carries its code', () => {
  for (const language of ['fi', 'en'] as const)
    for (const [code, status, title] of [
      ['sign_in.event_ended', 410, { fi: 'Tämä kirjautuminen on päättynyt', en: 'This sign-in has ended' }],
      ['oidc.session_not_found', 400, { fi: 'Tämä kirjautuminen on päättynyt', en: 'This sign-in has ended' }],
      ['oidc.invalid_client', 400, { fi: 'Palvelun pyyntö ei kelpaa', en: 'The service sent a request' }],
      ['http.not_found', 404, { fi: 'Täällä ei ole sivua', en: 'There is no page here' }],
    ] as const) {
      const page = renderProblem(language, { code, status }, 'http://portal.localhost/')
      assert.ok(page.includes(`lang="${language}"`) && page.includes(code) && page.includes(`<h1>${title[language]}`))
      assert.ok(page.includes('href="http://portal.localhost/"'))
    }
})
