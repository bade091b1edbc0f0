import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { AppError } from '#base/errors'
import { readSettings } from '#base/settings'
import { openKnownBad, openKnownGood } from '#engine/known'
import { publicUrls } from '#server/platform'
import { createTestCloud } from '#tests/cloud'
import { findPorts } from '#tests/vartio'
import { createCloudClient, createKnownBad, headBytes, magic, type Sent } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'client-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const port = await findPorts(4)
const urls = publicUrls(readSettings({ VARTIO_PORT: String(port) }))
const cloud = await createTestCloud({ urls })
await cloud.http.app.listen({ host: '127.0.0.1', port: Number(urls.cloud.port) })

const hashOf = (number: number) => createHash('sha256').update(`content ${number}`).digest('hex')
let given = 0
async function bring(list: string, verdict = 'malicious') {
  given += 1
  const own = join(cloud.folder, 'imports', `import-${given}`)
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'list'), list)
  writeFileSync(join(own, 'asked.json'), JSON.stringify({ verdict }))
  while (await cloud.lists.work());
  while (await cloud.filter.update());
}
await bring(
  `sha256,name,kind\n${Array.from({ length: 3_000 }, (_, at) => `${hashOf(at)},Family.${at % 9},\n`).join('')}${hashOf(9_001)},gambling,content\n`,
)
await bring(`${hashOf(5_000)}\n`, 'good')

test('SC-01 SC-02 SC-10 a device learns by the front of a hash what a content is and why, and keeps the answer for its time', async () => {
  const sent: Sent[] = []
  let time = new Date('2026-11-22T04:00:00Z')
  const cacheFile = join(folder, 'cache.json')
  const options = { url: urls.cloud, cacheFile, onSent: (one: Sent) => sent.push(one), now: () => time }
  const client = createCloudClient(options)
  const bad = await client.lookup(hashOf(7))
  assert.deepEqual([bad.verdict, bad.kind, bad.name], ['malicious', 'malware', 'Family.7'])
  // Unwanted somewhere is another reason than malice.
  assert.equal((await client.lookup(hashOf(9_001))).kind, 'content')
  assert.equal((await client.lookup(Buffer.from(hashOf(5_000), 'hex'))).verdict, 'good')
  assert.equal((await client.lookup(hashOf(8_000))).verdict, 'unknown')
  const asked = sent.length
  assert.equal(asked, 5)
  for (const { what, sent: path } of sent.slice(1)) {
    assert.equal(what, 'prefix')
    assert.match(path, /^\/verdicts\/5\/[0-9a-f]{2}$/)
  }
  // Asked at the same moment, asked once; asked again, not at all.
  await Promise.all([client.lookup(hashOf(7)), client.lookup(hashOf(8)), client.lookup(hashOf(8))])
  assert.equal(sent.length, asked + 1)
  client.close()
  const next = createCloudClient(options)
  assert.equal((await next.lookup(hashOf(7))).verdict, 'malicious')
  assert.equal(sent.length, asked + 1)
  // Unknown after ten minutes, good after a day, malicious after a week: then the Cloud is asked again.
  for (const [number, before, later] of [
    [8_000, 9, 2],
    [5_000, 23 * 60, 70],
    [7, 5 * 24 * 60, 2 * 24 * 60 + 60],
  ] as const) {
    const count = () => sent.filter(({ what }) => what === 'prefix').length
    time = new Date('2026-11-22T04:00:00Z')
    time = new Date(time.getTime() + before * 60_000)
    const was = count()
    await next.lookup(hashOf(number))
    assert.equal(count(), was, `${number} is kept`)
    time = new Date(time.getTime() + later * 60_000)
    await next.lookup(hashOf(number))
    assert.equal(count(), was + 1, `${number} is asked again`)
  }
})

test('SC-03 a new threat reaches every device by a delta of the filter, and is followed by the exact question', async () => {
  const path = join(folder, 'known-bad')
  const key = cloud.filter.key()
  const sent: Sent[] = []
  const client = createCloudClient({ url: urls.cloud, onSent: (one) => sent.push(one) })
  const { bad: first } = await client.updateLists({ bad: path }, { key })
  const wholeBytes = statSync(path).size
  assert.equal(openKnownBad(path, { key }).mayHave(Buffer.from(hashOf(7), 'hex')), true)
  assert.equal((await client.updateLists({ bad: path }, { key })).bad, first)
  await bring(`${Array.from({ length: 20 }, (_, at) => hashOf(20_000 + at)).join('\n')}\n`)
  const { bad: second } = await client.updateLists({ bad: path }, { key })
  assert.ok(second > first)
  assert.equal(sent.at(-1)?.sent, `/filter/delta/${first}/${second}`)
  const list = openKnownBad(path, { key })
  assert.ok(list.mayHave(Buffer.from(hashOf(20_003), 'hex')) && list.mayHave(Buffer.from(hashOf(7), 'hex')))
  assert.ok(wholeBytes < 20_000)
  const known = createKnownBad(list, client)
  assert.deepEqual(await known.find(hashOf(7)), { rule: 'Family.7', ruleSet: 'security-cloud', source: 'cloud' })
  assert.equal(await known.find(hashOf(5_000)), undefined)
  // A yes of the filter alone condemns nothing: neither a stranger it mistakes, nor when nobody can be asked.
  const always = { mayHave: () => true }
  assert.equal(await createKnownBad(always, client).find(hashOf(8_000)), undefined)
  const nobody = createCloudClient({ url: 'http://cloud.localhost:1' })
  assert.equal(await createKnownBad(always, nobody).find(hashOf(7)), undefined)
  // Damaged on the disk: the whole takes its place. Of another key: refused, and what is there stays.
  writeFileSync(path, readFileSync(path).fill(7, 5_000, 5_010))
  assert.equal((await client.updateLists({ bad: path }, { key })).bad, second)
  const other = key.replace('vartio', 'other')
  await assert.rejects(client.updateLists({ bad: path }, { key: other }), AppError)
  assert.ok(openKnownBad(path, { key }))
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.new')),
    [],
  )
})

test('a Cloud that lies, hides a mark, leads elsewhere, asks for too many bits or never ends is not believed', async () => {
  const seen: IncomingMessage[] = []
  let answer: { status: number; body: Buffer | string; location?: string; about?: object } = { status: 200, body: '' }
  const server = createServer((request, response) => {
    seen.push(request)
    if (request.url === '/verdicts/about' && !answer.location)
      return response.end(JSON.stringify(answer.about ?? { version: 1, prefixBits: 5, answerBytes: 2_048 }))
    response.writeHead(answer.status, answer.location ? { location: answer.location } : {})
    response.end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  after(() => server.close())
  const url = `http://cloud.localhost:${(server.address() as AddressInfo).port}`
  const marked = Buffer.alloc(2_048)
  magic.copy(marked)
  marked[4] = 5
  const fine = Buffer.from(marked)
  marked[headBytes + 100] = 1
  for (const [name, told, code] of [
    ['fine', { status: 200, body: fine }, undefined],
    ['a mark in the filling', { status: 200, body: marked }, 'cloud.wrong_answer'],
    ['another length', { status: 200, body: fine.subarray(0, 2_000) }, 'cloud.wrong_answer'],
    ['without end', { status: 200, body: Buffer.alloc(5_000_000) }, 'cloud.wrong_answer'],
    ['elsewhere', { status: 302, body: '', location: `${url}/device-7` }, 'cloud.unreachable'],
    ['whole hashes', { status: 200, body: fine, about: { prefixBits: 32 } }, 'cloud.unreachable'],
    ['nonsense', { status: 200, body: 'x', about: [] }, 'cloud.unreachable'],
  ] as const) {
    answer = told
    seen.length = 0
    const asked = createCloudClient({ url }).lookup(hashOf(1))
    if (code === undefined) assert.equal((await asked).verdict, 'unknown', name)
    else await assert.rejects(asked, (error) => error instanceof AppError && error.code === code, name)
    assert.ok(
      seen.every(({ url: path }) => path !== '/device-7'),
      name,
    )
  }
})

test('SC-04 A-36 two devices cannot be told apart by what they send: the same bytes but for the prefix, a connection each', async () => {
  const seen: { head: string; from: number | undefined }[] = []
  const server = createServer((request, response) => {
    const { url = '', rawHeaders, method, socket } = request
    seen.push({
      head: `${method} ${url.replace(/[0-9a-f]{2}$/, 'PREFIX')} ${rawHeaders.join('|')}`,
      from: socket.remotePort,
    })
    if (url === '/verdicts/about')
      return response.end(JSON.stringify({ version: 1, prefixBits: 5, answerBytes: 1_024 }))
    const body = Buffer.alloc(1_024)
    magic.copy(body)
    body[4] = 5
    response.setHeader('set-cookie', 'mark=1')
    response.setHeader('etag', '"mark"')
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  after(() => server.close())
  const url = `http://cloud.localhost:${(server.address() as AddressInfo).port}`
  for (const device of [1, 2]) {
    const client = createCloudClient({ url, cacheFile: join(folder, `device-${device}.json`) })
    for (let file = 0; file < 4; file += 1) await client.lookup(hashOf(device * 100 + file))
  }
  const [ofOne, ofTwo] = [seen.slice(0, 5), seen.slice(5)]
  assert.deepEqual(
    ofOne.map(({ head }) => head),
    ofTwo.map(({ head }) => head),
  )
  assert.equal(new Set(seen.slice(1, 5).map(({ head }) => head)).size, 1)
  assert.equal(new Set(seen.map(({ from }) => from)).size, seen.length)
})

test('both lists come with one question about versions, and what is good no longer is taken back by a delta', async () => {
  const paths = { bad: join(folder, 'both-bad'), good: join(folder, 'both-good') }
  const key = cloud.filter.key()
  const sent: Sent[] = []
  const client = createCloudClient({ url: urls.cloud, onSent: (one) => sent.push(one) })
  const versions = () => ({ bad: cloud.filter.about().version, good: cloud.filter.good.about().version })
  const isGood = (number: number) => {
    const list = openKnownGood(paths.good, { key })
    const found = list.has(Buffer.from(hashOf(number), 'hex'))
    list.close()
    return found
  }
  assert.deepEqual(await client.updateLists(paths, { key }), versions())
  assert.equal(sent.length, 3)
  assert.deepEqual([isGood(5_000), isGood(5_001)], [true, false])
  await bring(`${hashOf(5_001)}\n`, 'good')
  await bring(`${hashOf(5_000)}\n`, 'withdrawn')
  assert.deepEqual(await client.updateLists(paths, { key }), versions())
  assert.match(sent.at(-1)?.sent ?? '', /^\/filter\/good\/delta\/\d+\/\d+$/)
  assert.deepEqual([isGood(5_000), isGood(5_001)], [false, true])
  // Of another key: refused, and what is there stays.
  await assert.rejects(
    client.updateLists({ bad: join(folder, 'none'), good: paths.good }, { key: key.replace('vartio', 'other') }),
    AppError,
  )
  assert.ok(isGood(5_001))
})
