import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestPortal } from '#tests/portal'

const portal = await createTestPortal()
const navigate = (url: string, language: string) =>
  portal.ask('GET', url, { headers: { accept: 'text/html,*/*;q=0.8', 'accept-language': language } })

test('who goes to a wrong address, or too often, sees words in their language and a way on', async () => {
  const wrong = await navigate('/sign-in/begin?purpose=<script>', 'fi')
  assert.equal(wrong.status, 400)
  assert.match(wrong.body, /<html lang="fi">[\s\S]*Tämä ei onnistunut[\s\S]*href="\/"[\s\S]*http\.invalid_input/)
  assert.doesNotMatch(wrong.body, /<script/)
  assert.match(String(wrong.headers['content-security-policy']), /script-src 'self'/)
  const program = await portal.ask('GET', '/sign-in/begin?purpose=x')
  assert.equal(program.code, 'http.invalid_input')

  let last = wrong
  for (let count = 0; count < 70 && last.status !== 429; count += 1)
    last = await navigate('/sign-in/callback?state=x', 'en')
  assert.equal(last.status, 429)
  assert.match(last.body, /<html lang="en">[\s\S]*Too many attempts[\s\S]*href="\/"/)
})
