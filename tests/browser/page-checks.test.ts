import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { startBrowser } from './browser.ts'
import { explain } from './explain.ts'
import { Person } from './journey.ts'
import { checkKeeping, findAxeFaults } from './page-checks.ts'

// Journeys trust these checks, so each is shown something that it must find, in the same browser.

const missing =
  existsSync('/usr/bin/chromium') || process.env.CI === 'true' ? false : 'needs the Debian package chromium'

const whole = `<!doctype html><html lang="en"><title>A page</title><style>:focus-visible { outline: 2px solid }</style>
<main><h1>A page</h1><p>Some text.</p><label>Name <input name="name"></label><button>Continue</button></main></html>`

let server: Server
let stop: () => Promise<void> = async () => undefined
let browser: Browser
let answer: { html: string; cookies: string[] } = { html: whole, cookies: [] }
const address = () => `http://portal.localhost:${(server.address() as AddressInfo).port}/`

before(async () => {
  if (missing) return
  server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    for (const cookie of answer.cookies) response.appendHeader('set-cookie', cookie)
    response.end(answer.html)
  }).listen(0, '127.0.0.1')
  ;({ browser, stop } = await startBrowser())
})

after(async () => {
  await stop()
  server?.close()
})

async function visit(next: typeof answer): Promise<Person> {
  answer = next
  const context = await browser.newContext()
  const person = new Person('Aino', 'aino@paja.example', 'en', context, await context.newPage(), undefined)
  await person.open(address())
  return person
}

test('a page with nothing wrong passes, and is driven by keyboard', { skip: missing }, async () => {
  const person = await visit({ html: whole, cookies: ['vartio-portal=x4Yq; HttpOnly; SameSite=Lax'] })
  await checkKeeping(person.context, [person.email])
  await person.write(person.page.locator('input'), 'Aino')
  assert.equal(await person.page.inputValue('input'), 'Aino')
  await person.look('whole')
  await person.leave()
})

const cookies: Record<string, [string, RegExp]> = {
  'a cookie that is not in the table': ['theme=dark; HttpOnly; SameSite=Lax', /theme, which is not in the table/],
  'a cookie of another program': ['vartio-session=x; HttpOnly; SameSite=Lax', /not in the table/],
  'a cookie that scripts can read': ['vartio-portal=x; SameSite=Lax', /can be read by scripts/],
  'a cookie that tells whose it is': ['vartio-portal=aino@paja.example; HttpOnly; SameSite=Lax', /can be read/],
  'a cookie that tells it in base64': [
    `vartio-portal=${Buffer.from('{"email":"aino@paja.example"}').toString('base64url')}; HttpOnly; SameSite=Lax`,
    /can be read/,
  ],
}

for (const [what, [cookie, said]] of Object.entries(cookies)) {
  test(`finds ${what}`, { skip: missing }, async () => {
    const person = await visit({ html: whole, cookies: [cookie] })
    await assert.rejects(checkKeeping(person.context, [person.email]), said)
    await person.leave()
  })
}

for (const [storage, script] of Object.entries({
  'local storage': "localStorage.setItem('theme', 'dark')",
  'session storage': "sessionStorage.setItem('seen', '1')",
  IndexedDB:
    "new Promise((done, fail) => Object.assign(indexedDB.open('kept'), { onsuccess: () => done(), onerror: () => fail() }))",
  'the cache': "caches.open('kept')",
})) {
  test(`finds what a page keeps in ${storage}`, { skip: missing }, async () => {
    const person = await visit({ html: whole, cookies: [] })
    await person.page.evaluate(`Promise.resolve(${script}).then(() => undefined)`)
    await assert.rejects(checkKeeping(person.context, []), /keeps something in the browser/)
    await person.leave()
  })
}

test('axe finds a field without a name, and text too pale in one theme only', { skip: missing }, async () => {
  const html = whole
    .replace('<label>Name <input name="name"></label>', '<input name="name">')
    .replace('<style>', '<style>@media (prefers-color-scheme: dark) { p { color: #333; background: #222 } } ')
  const person = await visit({ html, cookies: [] })
  const faults = await findAxeFaults(person.page)
  assert.ok(faults.some((fault) => fault.startsWith('label (light)')))
  assert.ok(faults.some((fault) => fault.startsWith('color-contrast (dark)')))
  assert.ok(!faults.some((fault) => fault.startsWith('color-contrast (light)')))
  await person.leave()
})

test('finds an action that no key reaches, a focus that does not show, and a page wider than the window', {
  skip: missing,
}, async () => {
  const person = await visit({ html: whole.replace('<button>', '<button tabindex="-1">'), cookies: [] })
  await assert.rejects(person.press(person.page.locator('button')), /cannot be reached with Tab/)
  await person.leave()
  const hidden = await visit({ html: whole.replace('outline: 2px solid', 'outline: none'), cookies: [] })
  await assert.rejects(hidden.press(hidden.page.locator('button')), /does not show/)
  await hidden.leave()
  const wide = await visit({ html: whole.replace('<p>', '<p style="width: 3000px">'), cookies: [] })
  await assert.rejects(wide.look('wide'), /pixels wider/)
  await wide.leave()
})

test('the report of a journey that failed holds a long page and what was typed, and ends with where it broke and why', {
  skip: missing,
}, async () => {
  const lines = Array.from({ length: 100 }, (_, index) => `<p>Line ${index} of a long page</p>`).join('')
  const dialog =
    '<div role="dialog" aria-label="Voucher"><input type="date" name="due"><input name="sum" required></div>'
  const person = await visit({ html: whole.replace('<p>', `${lines}${dialog}<p>`), cookies: [] })
  await person.page.fill('[name="due"]', '2026-11-22')
  const folder = mkdtempSync(join(tmpdir(), 'vartio-report-'))
  const { name, page } = person
  const seen = [{ name, page, picture: join(folder, 'aino.png'), complaints: ['a script failed'] }]
  const report = await explain({ step: 'a step', error: new Error('too late'), seen, server: 'it said this' })
  assert.match(report, /Line 99 of a long page/)
  assert.match(report, /! a script failed/)
  assert.match(report, /> it said this/)
  assert.match(report, /= due = "2026-11-22"\n {2}= sum = "" \(.+\)\nIt broke in: a step\nError: too late$/)
  assert.ok(existsSync(join(folder, 'aino.png')))
  rmSync(folder, { recursive: true })
  await person.leave()
})
