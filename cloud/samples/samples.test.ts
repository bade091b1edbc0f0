import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { packBundle, writeBundle, writeCompiled } from '#engine/bundle'
import { openKnownBad } from '#engine/known'
import { testFiles } from '#engine/rules'
import { readCallKey } from '#server/call-keys'
import { createTestCloud } from '#tests/cloud'
import { launchExaminer } from '#tests/examiner'
import { makeRuleBundle } from '#tests/rule-bundle'
import { until } from '#tests/until'
import { createExaminer } from './examiner.ts'
import { openSampleRules } from './take-rules.ts'

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
/** Of this test: a whole Vartio beside it has its own. */
const lookers = () =>
  readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && commandOf(pid).includes(join('cloud', 'samples', 'look')) && isOurs(pid),
  )
function isOurs(pid: string): boolean {
  for (let at = pid; at !== '0'; ) {
    if (Number(at) === process.pid) return true
    try {
      at = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${at}/status`, 'utf8'))?.[1] ?? '0'
    } catch {
      return false
    }
  }
  return false
}
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

const ruleOf = (name: string, text: string) => `rule ${name} { strings: $a = "${text}" condition: $a }`
const portalKey = readCallKey(join(dirname(cloud.folder), 'portal'))
/** As the supervisor lays it. */
const lay = (set: string, bundle: Buffer) => writeFileSync(join(cloud.folder, `rules-${set}.bundle`), bundle)
const inUse = () => cloud.samples.rules().map(({ set, version }) => `${set} ${version}`)
const seenNames = async () =>
  (await cloud.admin<{ name: string }[]>`select name from samples.seen order by name`).map(({ name }) => name)
async function examine(text: string) {
  const content = Buffer.from(text)
  assert.equal((await send(content)).statusCode, 202)
  await cloud.samples.settled()
  return cloud.verdicts.store.find(sha256(content))?.name
}

test('SC-03 SC-06 samples are looked into by the rule sets of the provider, from the moment they come up, and no longer once they are taken away', async () => {
  const text = `known to one set ${mark()}`
  assert.equal(await examine(`${text} before`), undefined)
  lay('trial', makeRuleBundle(ruleOf('of_the_provider', text), { version: 1, key: portalKey }))
  await cloud.samples.lookForRules()
  assert.deepEqual(inUse(), ['trial 1'])
  assert.equal(await examine(`${text} after`), 'of_the_provider')
  assert.ok((await seenNames()).includes('of_the_provider'))
  // The test rules stay, and another version takes the place of the first while samples wait.
  const other = `of the second version ${mark()}`
  const content = Array.from({ length: 20 }, (_, at) => Buffer.from(`${other} ${at} ${'x'.repeat(100_000)}`))
  lay(
    'trial',
    makeRuleBundle(`${ruleOf('of_the_provider', text)} ${ruleOf('second', other)}`, { version: 2, key: portalKey }),
  )
  const swapping = cloud.samples.lookForRules()
  for (const one of content) assert.equal((await send(one)).statusCode, 202)
  await Promise.all([swapping, cloud.samples.settled()])
  assert.deepEqual(inUse(), ['trial 2'])
  assert.ok(!JSON.stringify(cloud.lines).includes('could not be looked into'))
  assert.equal(await examine(`${other} last`), 'second')
  assert.equal(await examine(`${bad.content.toString()} ${mark()}`), bad.rule)
  rmSync(join(cloud.folder, 'rules-trial.bundle'))
  await cloud.samples.lookForRules()
  assert.deepEqual(inUse(), [])
  assert.equal(await examine(`${text} at last`), undefined)
})

test('SC-07 a bundle that is not signed by the portal, is older, or does not come up is refused, and the one before goes on, after a restart too', async () => {
  const text = `known to the good set ${mark()}`
  lay('good', makeRuleBundle(ruleOf('good', text), { set: 'good', version: 5, key: portalKey }))
  await cloud.samples.lookForRules()
  const broken = writeCompiled({
    sets: [{ name: 'good', licence: 'MIT', rules: 1 }],
    skipped: [],
    batches: [
      {
        gate: undefined,
        source: 'rule x { condition: nothing }',
        known: {},
        others: [],
        isScreened: false,
        isAlone: false,
      },
    ],
  })
  const about = { kind: 'compiled', set: 'good', version: 9, licence: 'MIT', isRealTime: true, rules: 1 } as const
  for (const [why, bundle] of Object.entries({
    'of somebody else': makeRuleBundle(ruleOf('theirs', text), { set: 'good', version: 6 }),
    'an older one': makeRuleBundle(ruleOf('older', text), { set: 'good', version: 4, key: portalKey }),
    'of another name': makeRuleBundle(ruleOf('other', text), { set: 'other', version: 7, key: portalKey }),
    'cut short': makeRuleBundle(ruleOf('cut', text), { set: 'good', version: 8, key: portalKey }).subarray(0, -1),
    'not to be compiled': packBundle(writeBundle(about, broken, portalKey)),
    'no bundle': Buffer.from('rule x { condition: true }'),
  })) {
    lay('good', bundle)
    // The next look compares times of files.
    utimesSync(join(cloud.folder, 'rules-good.bundle'), new Date(), new Date(Date.now() + why.length * 1_000))
    await cloud.samples.lookForRules()
    assert.deepEqual(inUse(), ['good 5'], why)
    assert.equal(await examine(`${text} ${why}`), 'good', why)
  }
  const again = openSampleRules(cloud.folder, cloud.publicFolder, cloud.log)
  assert.deepEqual(
    again.inUse().map(({ set, version }) => `${set} ${version}`),
    ['good 5'],
  )
  const examiner = createExaminer({ deadlineMs: 30_000, launch: launchExaminer, bundles: again.bundles() })
  assert.deepEqual((await examiner.examine(Buffer.from(text))).names, ['good'])
  examiner.close()
})
