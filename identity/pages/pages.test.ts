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
    renderProblem({
      language: 'fi',
      problem: { code: 'http.not_found', status: 404 },
      home: 'http://portal.localhost/',
    }),
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
    for (const [code, status] of [
      ['sign_in.event_ended', 410],
      ['oidc.invalid_client', 400],
      ['oidc.session_not_found', 400],
      ['http.not_found', 404],
      ['http.too_many_requests', 429],
      ['database.unavailable', 503],
      ['http.internal', 500],
    ] as const) {
      const page = renderProblem({ language, problem: { code, status }, home: 'http://portal.localhost/', again: '/x' })
      assert.ok(page.includes(`lang="${language}"`) && page.includes(code))
      assert.ok(page.includes('href="http://portal.localhost/"'))
      assert.equal(page.includes('href="/x"'), status === 429 || status === 503)
    }
})
