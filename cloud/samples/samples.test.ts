import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { openKnownBad } from '#engine/known'
import { testFiles } from '#engine/rules'
import { createTestCloud } from '#tests/cloud'
import { launchExaminer } from '#tests/examiner'
import { until } from '#tests/until'
import { createExaminer } from './examiner.ts'

const clock = createTestClock(new Date('2026-11-22T07:30:00Z'))
const cloud = await createTestCloud({ clock })
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest()
const send = (content: Buffer, headers: Record<string, string> = {}, url = '/samples/new') =>
  cloud.http.app.inject({
    method: 'POST',
    url,
    headers: {
      host: cloud.urls.cloud.host,
      'user-agent': 'vartio',
      'content-type': 'application/octet-stream',
      ...headers,
    },
    payload: content,
  })
/** Not to be found in this file, nor anywhere else before it is sent. */
const mark = () => randomBytes(24).toString('hex')
const [, bad] = testFiles()
assert.ok(bad)
const lookers = () =>
  readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(join('cloud', 'samples', 'look')))
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

test('SC-06 SC-08 a sample that is malicious becomes a verdict, a part of the next list, and a number in the picture of what goes round', async () => {
  const content = Buffer.concat([bad.content, Buffer.from(` ${mark()}`)])
  assert.equal((await send(content)).statusCode, 202)
  await cloud.samples.settled()
  assert.equal(cloud.verdicts.store.find(sha256(content))?.verdict, 1)
  while (await cloud.filter.update());
  const list = openKnownBad(join(cloud.folder, 'filter', 'known-bad'), { key: cloud.filter.key() })
  assert.ok(list.mayHave(sha256(content)))
  list.close()
  // The same again is known, and looked into by nobody.
  assert.equal((await send(content)).statusCode, 202)
  const answer = await cloud.http.app.inject({
    url: '/samples/seen',
    headers: { host: cloud.urls.cloud.host, 'user-agent': 'vartio' },
  })
  const { days } = answer.json()
  assert.deepEqual(
    days.map(({ day, count }: { day: string; count: number }) => [day, count]),
    [['2026-11-22', 1]],
  )
})

test('SC-07 a sample is looked into by a process without network, rights and files, which is killed at its deadline', async () => {
  await send(Buffer.from(`harmless ${mark()}`))
  await cloud.samples.settled()
  const [pid] = lookers()
  assert.ok(pid)
  assert.notEqual(readlinkSync(`/proc/${pid}/ns/net`), readlinkSync('/proc/self/ns/net'))
  assert.match(readFileSync(`/proc/${pid}/status`, 'utf8'), /NoNewPrivs:\s+1\nSeccomp:\s+2/)
  assert.match(readFileSync(`/proc/${pid}/limits`, 'utf8'), /Max file size\s+0\s+0/)
  const examiner = createExaminer({ deadlineMs: 1, launch: launchExaminer })
  const before = new Set(lookers())
  await assert.rejects(examiner.examine(randomBytes(8 * 1024 * 1024)), { code: 'samples.failed' })
  await until(() => lookers().every((one) => before.has(one)))
  examiner.close()
})

test('RT-18 A-43 a sample that is not malicious is nowhere: in no file, table or temporary folder; a malicious one is sealed', async () => {
  const [clean, malicious] = [mark(), mark()]
  const began = new Date(Date.now() - 1_000)
  await send(Buffer.from(`a letter to nobody ${clean}`))
  await send(Buffer.concat([bad.content, Buffer.from(` ${malicious}`)]))
  await cloud.samples.settled()
  const [row] = await cloud.admin<{ directory: string }[]>`select current_setting('data_directory') as directory`
  await cloud.admin`checkpoint`
  const places = [dirname(cloud.folder), row?.directory ?? '', tmpdir(), '/dev/shm']
  for (const text of [clean, malicious]) {
    assert.deepEqual(findSince(began, text, places), [])
    assert.ok(!JSON.stringify(cloud.lines).includes(text))
  }
  // The search finds what is there.
  const planted = join(cloud.folder, 'planted')
  writeFileSync(planted, `somewhere in it ${Buffer.from(`front ${clean} end`).toString('hex')}`)
  assert.deepEqual(findSince(began, clean, places), [planted])
  rmSync(planted)
  assert.equal(await countSamples(), 2)
})

/** Files written since then that have the text in any form. */
function findSince(since: Date, text: string, places: readonly string[]): string[] {
  const forms = [text, Buffer.from(text).toString('hex'), ...[0, 1, 2].map((shift) => base64At(text, shift))]
  const words = forms.flatMap((form) => ['-e', form])
  const { stdout } = spawnSync(
    'find',
    [...places, '-type', 'f', '-newermt', since.toISOString(), '-exec', 'grep', '-laF', ...words, '{}', '+'],
    { encoding: 'utf8' },
  )
  return [...new Set(stdout.split('\n').filter(Boolean))]
}
/** Its middle, however it lies between the groups of three bytes. */
const base64At = (text: string, shift: number) =>
  Buffer.from(' '.repeat(shift) + text)
    .toString('base64')
    .slice(4, -8)

const countSamples = async () =>
  (await cloud.admin<{ count: number }[]>`select count(*)::int as count from samples.sample`)[0]?.count

test('A-43 samples go after ninety days, by the expiry that everything goes by; the verdict stays', async () => {
  clock.advance(89 * 86_400_000)
  await cloud.expiry.run()
  assert.equal(await countSamples(), 2)
  clock.advance(3 * 86_400_000)
  await cloud.expiry.run()
  assert.equal(await countSamples(), 0)
  assert.equal(cloud.verdicts.store.malicious, 2)
})

test('SC-04 the gate takes the bytes of a sample and nothing beside them', async () => {
  const content = Buffer.from('x')
  const code = async (headers: Record<string, string>, url?: string) => {
    const answer = await send(content, headers, url)
    return [answer.statusCode, answer.json().code]
  }
  for (const headers of [
    { 'x-file-name': 'payroll.exe' },
    { cookie: 'device=1' },
    { 'content-disposition': 'attachment; filename="payroll.exe"' },
    { 'content-type': 'application/json' },
    { 'content-type': 'multipart/form-data; boundary=x' },
    { 'x-sha256': 'ab' },
  ] as Record<string, string>[])
    assert.deepEqual(await code(headers), [400, 'gate.header_refused'], Object.keys(headers)[0])
  assert.deepEqual(await code({}, '/samples/new?name=payroll.exe'), [400, 'gate.query_refused'])
  assert.equal((await send(Buffer.alloc(8 * 1024 * 1024 + 1))).statusCode, 413)
})
