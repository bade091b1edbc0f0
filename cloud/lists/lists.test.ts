import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { createTestClock } from '#base/clock'
import { createVerdicts } from '#cloud/verdicts'
import { hashesOf, readAddress } from '#engine/addresses'
import { createTestLog } from '#tests/log'
import { type ImportState, readState, runImport } from './import.ts'
import { createLists } from './index.ts'

const root = mkdtempSync(join(tmpdir(), 'lists-'))
after(() => rmSync(root, { recursive: true, force: true }))
let made = 0

function createHouse() {
  const folder = join(root, String(++made))
  mkdirSync(folder)
  const { log } = createTestLog()
  const metrics = { gauge: () => undefined }
  const verdicts = createVerdicts({ log, metrics, folder })
  const lists = createLists(
    { log, metrics, folder, clock: createTestClock(new Date('2026-11-22T04:00:00Z')) },
    verdicts,
  )
  let given = 0
  return {
    ...verdicts,
    lists,
    /** Lays an import where the command lays it. */
    give(list: string | Buffer, verdict = 'malicious'): string {
      given += 1
      const own = join(folder, 'imports', `import-${given}`)
      mkdirSync(own, { recursive: true })
      writeFileSync(join(own, 'list'), list)
      writeFileSync(join(own, 'asked.json'), JSON.stringify({ verdict }))
      return own
    },
  }
}

const hashOf = (number: number) => createHash('sha256').update(`content ${number}`).digest('hex')
const found = (house: ReturnType<typeof createHouse>, number: number) =>
  house.store.find(Buffer.from(hashOf(number), 'hex'))

test('lists as others publish them are understood', async () => {
  for (const [list, expected, refused] of [
    [`${hashOf(1)}\n${hashOf(2)}`, { verdict: 1, kind: 1, name: undefined }, 0],
    [`# a remark\r\n\r\n${hashOf(1).toUpperCase()}\r\n${hashOf(2)},x\r\n`, { verdict: 1, kind: 1, name: undefined }, 0],
    // sha256sum; a comma in a path is no column, and no path is kept.
    [
      `${hashOf(1)}  /srv/one, two/file\n${hashOf(2)} *three, four\n${hashOf(3)}x\n`,
      { verdict: 1, kind: 1, name: undefined },
      1,
    ],
    // RDS 3 of the NSRL, as sqlite3 -csv -header writes its view FILE.
    [
      `sha256,sha1,md5,crc32,file_name,file_size,package_id\n${hashOf(1).toUpperCase()},0000,00,00,"a ""b"", c.dll",7,290\n${hashOf(2)},0000,00,00,b.dll,8,290\n`,
      { verdict: 1, kind: 1, name: undefined },
      0,
    ],
    [
      `name,sha256,verdict\nEmotet,${hashOf(1)},malicious\n"a, b",${hashOf(2)},\n`,
      { verdict: 1, kind: 1, name: 'Emotet' },
      0,
    ],
    [
      `# Malware\n#\n# "first_seen_utc","sha256_hash","md5_hash","signature"\n"2026-01-01 00:00:00", "${hashOf(1)}", "x", "Emotet"\n"2026-01-01", "${hashOf(2)}", "y", ""\n`,
      { verdict: 1, kind: 1, name: 'Emotet' },
      0,
    ],
    [
      `sha256,kind\n${hashOf(1)},ransomware\n${hashOf(2)},\nnothing,\n${hashOf(3)},of no kind\n`,
      { verdict: 1, kind: 2, name: undefined },
      2,
    ],
  ] as const) {
    const house = createHouse()
    const own = house.give(list)
    while (await house.lists.work());
    assert.deepEqual(found(house, 1), expected, list)
    assert.equal(found(house, 2)?.verdict, 1, list)
    const state = readState(own) as ImportState
    assert.deepEqual([state.state, state.added, state.refused], ['finished', 2, refused], list)
    assert.deepEqual(readdirSync(own), ['state.json'], 'nothing of the list is left')
  }
})

test('SC-09 SC-11 a list of web addresses is asked for by their hashes, however the address is written', async () => {
  const house = createHouse()
  const own = house.give(
    '# "id","url","kind","name"\n1,"http://EVIL.example:80/a%2Fb/../login.php?x=1,2","phishing","Bank"\n2,shop.example/,content,gambling\n3,mailto:maija@example.fi,,\n',
  )
  while (await house.lists.work());
  assert.equal(readState(own)?.refused, 1)
  const find = (text: string) =>
    hashesOf(readAddress(text)!)
      .map((hash) => house.store.find(Buffer.from(hash, 'hex')))
      .find(Boolean)
  assert.deepEqual(find('https://evil.example/a/login.php?x=1,2'), { verdict: 1, kind: 3, name: 'Bank' })
  // Whatever lies below a listed address; and why it is listed is another reason than malice (SC-10).
  assert.equal(find('https://www.shop.example/some/page')?.kind, 6)
  assert.equal(find('https://good.example/'), undefined)
})

test('SC-03 good, malicious and withdrawn: what was brought in last counts', async () => {
  const house = createHouse()
  for (const verdict of ['malicious', 'good', 'withdrawn', 'malicious']) {
    house.give(`${hashOf(1)}\n`, verdict)
    while (await house.lists.work());
    assert.equal(found(house, 1)?.verdict, ['withdrawn', 'malicious', 'good'].indexOf(verdict))
  }
})

test('a list that is none is told so and left, and the next is taken', async () => {
  const house = createHouse()
  for (const [list, why] of [
    ['', 'lists.no_columns'],
    ['first,second\n1,2\n', 'lists.no_columns'],
    // RDS 2 of the NSRL: it has no SHA-256, and anything shorter is believed by nobody here.
    ['"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"\n', 'lists.no_columns'],
    [`${hashOf(1)}\n${'x'.repeat(3_000_000)}`, 'lists.line_too_long'],
    [Buffer.alloc(100_000), 'lists.no_columns'],
  ] as const) {
    const own = house.give(list)
    assert.equal(await house.lists.work(), true)
    assert.deepEqual([readState(own)?.state, readState(own)?.why], ['failed', why])
  }
  house.give(`${hashOf(5)}\n`)
  while (await house.lists.work());
  assert.equal(found(house, 5)?.verdict, 1)
})

test('whatever bytes a list has, importing it ends, and the store has only whole hashes of it', async () => {
  const line = fc.oneof(
    fc.integer({ min: 0, max: 50 }).map((number) => hashOf(number)),
    fc.string({ maxLength: 200 }),
    fc.constant(`"${hashOf(3)}","${'ä'.repeat(80)}"`),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 60 }), fc.constantFrom('\n', '\r\n', ',\n'), async (lines, end) => {
      const house = createHouse()
      const own = house.give([hashOf(1000), ...lines].join(end))
      for (let round = 0; await house.lists.work(); round += 1) assert.ok(round < 5)
      const state = readState(own) as ImportState
      assert.equal(state.state, 'finished')
      const whole = new Set([hashOf(1000), ...lines.flatMap((text) => text.match(/[0-9a-f]{64}/gi) ?? [])])
      assert.ok(house.store.entries <= whole.size)
      for (let number = 0; number <= 50; number += 1)
        assert.ok(found(house, number) === undefined || whole.has(hashOf(number)))
      await house.stop()
    }),
    { numRuns: 40 },
  )
})

test('an import that is ended anywhere goes on where it was, and nothing is lost or left out', () => {
  const house = createHouse()
  const count = 600_000
  const numbers = Array.from({ length: count }, (_, at) => at)
  const own = house.give(`sha256,name\n${numbers.map((number) => `${hashOf(number)},F${number % 7}`).join('\n')}\n`)
  let pieces = 0
  let ended = 0
  for (;;) {
    // As a kill: the generator is let go of at some point, and the next process begins with what lies on the disk.
    const work = runImport(own, house.store, new Date('2026-11-22T04:00:00Z'))
    let isOver = false
    for (let steps = 30 + ended * 17; steps > 0 && !isOver; steps -= 1) {
      isOver = work.next().done ?? false
      pieces += 1
    }
    if (isOver) break
    ended += 1
  }
  assert.ok(ended >= 2, `ended ${ended} times in ${pieces} pieces`)
  assert.equal(readState(own)?.added, count)
  assert.equal(house.store.entries, count)
  for (const number of [0, 1, 262_143, 262_144, count - 1])
    assert.deepEqual(found(house, number), { verdict: 1, kind: 1, name: `F${number % 7}` })
})
