import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startVartio } from '#tests/vartio'

const place = mkdtempSync(join(tmpdir(), 'vartio-demo-start-'))
// Programs of users of their own pass through it.
chmodSync(place, 0o711)
const folder = join(place, 'data')
const vartio = await startVartio({ folder, flags: ['--demo'] })
after(async () => {
  await vartio.stop()
  rmSync(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
})

/** Names of this machine alone are not looked up. */
const get = (address: string) => {
  const { port, host, pathname } = new URL(address)
  return new Promise<{ status: number; to: string | undefined; body: string }>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path: pathname, headers: { host, accept: 'text/html' } })
    asked.on('response', (answer) => {
      let body = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => (body += chunk))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, to: answer.headers.location, body }))
    })
    asked.on('error', reject)
    asked.end()
  })
}

test('a demo has a folder of its own, says where each administrator makes a passkey, and marks every page as made up', async () => {
  assert.ok(existsSync(`${folder}-demo`))
  assert.ok(!existsSync(folder), 'what is real was touched')
  const links = [...vartio.said().matchAll(/^Look around as administrator of .*: (\S+)$/gm)].map(([, link]) =>
    String(link),
  )
  assert.equal(links.length, 3, vartio.said())
  const pages = [
    ...links.map((link) => link.replace(/[?#].*/, '')),
    `${vartio.portal}/`,
    `${vartio.identity}/account`,
    `${vartio.identity}/no-such-page`,
    vartio.portal.replace('portal.', 'privacy.').replace(String(vartio.port + 1), String(vartio.port + 2)),
  ]
  for (const page of pages) {
    const first = await get(page)
    const { body, status } = first.to ? await get(new URL(first.to, page).href) : first
    assert.match(body, /<aside class="made-up">/, `${page}: ${status}`)
  }
})

test('what a demo has made is not opened as if it were real', async () => {
  await assert.rejects(startVartio({ folder: `${folder}-demo`, waitSeconds: 60 }), /is made up\. Start it with/)
})
