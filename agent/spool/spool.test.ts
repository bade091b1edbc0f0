import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { isRoot } from '#base/users'
import { openSpool, openSpoolReader } from './index.ts'
import { listSegments } from './segments.ts'

const folders: string[] = []
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-spool-'))
  folders.push(folder)
  return folder
}
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const most = { events: 500, bytes: 500_000 }

/** Everything that can be read, as pairs of number and event. */
function readAll(root: string, upTo = Number.MAX_SAFE_INTEGER): [number, unknown][] {
  const reader = openSpoolReader(root)
  const all: [number, unknown][] = []
  for (let last = 0; ; last = all.at(-1)?.[0] ?? last) {
    const batch = reader?.read(last, upTo, most)
    if (!batch) return all
    all.push(...batch.events.map((event, index): [number, unknown] => [batch.from + index, event]))
  }
}

const segmentsOf = (root: string, id: string) => listSegments(join(root, id))

test('what is kept comes out once, in order, whatever is closed and opened in between', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.array(fc.string({ maxLength: 400 }), { maxLength: 20 }), fc.constant('reopen' as const)), {
        maxLength: 12,
      }),
      async (steps) => {
        const root = newFolder()
        let spool = await openSpool(root, { segmentBytes: 2_000 })
        const told: string[] = []
        for (const step of steps) {
          if (step === 'reopen') {
            await spool.close()
            spool = await openSpool(root, { segmentBytes: 2_000 })
          } else {
            const kept = await Promise.all(step.map((text) => spool.append(text)))
            assert.ok(kept.every(Boolean))
            told.push(...step)
          }
        }
        assert.equal(spool.durable(), told.length)
        await spool.close()
        assert.deepEqual(
          readAll(root),
          told.map((text, index) => [index + 1, text]),
        )
      },
    ),
    { numRuns: 60 },
  )
})

test('a record that is torn, cut off or overwritten at any byte takes back nothing before it, and its number is given again', async () => {
  const root = newFolder()
  const first = await openSpool(root)
  for (let index = 0; index < 10; index += 1) await first.append({ index })
  await first.close()
  const path = segmentsOf(root, first.id)[0]?.path as string
  const whole = readFileSync(path)
  const used = whole.findLastIndex((byte) => byte !== 0) + 1
  await fc.assert(
    fc.asyncProperty(
      fc.nat(used - 1),
      fc.uint8Array({ minLength: 1, maxLength: 50 }),
      fc.boolean(),
      async (at, noise, cut) => {
        const damaged = Buffer.from(whole)
        damaged.set(noise.subarray(0, Math.min(noise.length, damaged.length - at)), at)
        writeFileSync(path, cut ? damaged.subarray(0, at) : damaged)
        const before = readAll(root).length
        const spool = await openSpool(root)
        assert.equal(spool.durable(), before)
        await spool.append('next')
        await spool.close()
        const now = readAll(root)
        assert.deepEqual(
          now.slice(0, before),
          Array.from({ length: before }, (_, index) => [index + 1, { index }]),
        )
        assert.deepEqual(now.slice(before), [[before + 1, 'next']])
        for (const { path: made, first: number } of segmentsOf(root, first.id)) if (number > 1) rmSync(made)
        writeFileSync(path, whole)
      },
    ),
    { numRuns: 100 },
  )
})

test('bytes that are no segment at all are read without an end or an exception', async () => {
  const root = newFolder()
  const spool = await openSpool(root)
  await spool.append(1)
  await spool.close()
  const path = segmentsOf(root, spool.id)[0]?.path as string
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3_000 }), (bytes) => {
      writeFileSync(path, bytes)
      assert.deepEqual(readAll(root), [])
    }),
  )
})

test('what is on the disk for certain survives kill -9 at any moment, and nothing is doubled', async () => {
  const root = newFolder()
  const code = `
    import { openSpool } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
    const spool = await openSpool(${JSON.stringify(root)}, { segmentBytes: 4_000 })
    for (let index = spool.durable() + 1; ; index += 1) {
      await spool.append({ index, filling: 'x'.repeat(index % 300) })
      console.log(index)
    }`
  let certain = 0
  for (let round = 0; round < 8; round += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    await once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, 30 + round * 11))
    child.kill('SIGKILL')
    await once(child, 'close')
    const last = Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1))
    assert.ok(last > certain)
    certain = last
    const all = readAll(root)
    assert.ok(all.length >= certain, `${all.length} of ${certain}`)
    for (const [position, [number, event]] of all.entries()) {
      assert.equal(number, position + 1)
      assert.equal((event as { index: number }).index, number)
    }
  }
})

test('a full queue drops the newest and counts them; what is released makes room, and numbers go on', async () => {
  const root = newFolder()
  const spool = await openSpool(root, { segmentBytes: 2_000, mostBytes: 6_000 })
  const kept: boolean[] = []
  for (let index = 0; index < 200; index += 1) kept.push(await spool.append({ index }))
  const count = kept.filter(Boolean).length
  assert.equal(spool.lost(), 200 - count)
  assert.ok(kept.slice(0, count).every(Boolean), 'the oldest are kept')
  assert.equal(spool.waiting(), count)
  spool.release(count)
  assert.equal(spool.waiting(), 0)
  assert.equal(await spool.append('again'), true)
  assert.equal(spool.durable(), count + 1)
  await spool.close()
  const again = await openSpool(root, { segmentBytes: 2_000, mostBytes: 6_000 })
  assert.equal(again.lost(), 200 - count)
  assert.equal(again.id, spool.id)
  await again.close()
})

test('an event that is told again after a kill, by its id, is not kept twice', async () => {
  const root = newFolder()
  const spool = await openSpool(root)
  await spool.append({ id: 'one' })
  await spool.close()
  const again = await openSpool(root)
  assert.equal(await again.append({ id: 'one' }), true)
  assert.equal(await again.append({ id: 'two' }), true)
  assert.equal(again.durable(), 2)
  await again.close()
})

test('an event that is larger than any of ours is dropped and counted', async () => {
  const spool = await openSpool(newFolder())
  assert.equal(await spool.append('x'.repeat(70_000)), false)
  assert.equal(spool.lost(), 1)
  await spool.close()
})

test('a disk that does not sync keeps nothing of what it was given, and says so', async () => {
  const root = newFolder()
  let isBroken = false
  const sync = async (file: { datasync(): Promise<void> }) => {
    if (isBroken) throw Object.assign(new Error('no'), { code: 'EIO' })
    await file.datasync()
  }
  const spool = await openSpool(root, { sync })
  assert.equal(await spool.append('one'), true)
  isBroken = true
  assert.equal(await spool.append('two'), false)
  isBroken = false
  assert.equal(await spool.append('three'), true)
  assert.equal(spool.lost(), 1)
  await spool.close()
  assert.deepEqual(readAll(root), [
    [1, 'one'],
    [2, 'three'],
  ])
})

test('what is not on the disk for certain is not read', async () => {
  const root = newFolder()
  const spool = await openSpool(root)
  for (const event of ['one', 'two', 'three']) await spool.append(event)
  await spool.close()
  assert.deepEqual(readAll(root, 2).length, 2)
})

test('a segment that went bad in the middle leaves its numbers out, and what follows still comes', async () => {
  const root = newFolder()
  const spool = await openSpool(root, { segmentBytes: 1_000 })
  for (let index = 1; index <= 60; index += 1) await spool.append({ index })
  await spool.close()
  const [first, second] = segmentsOf(root, spool.id)
  assert.ok(first && second)
  truncateSync(first.path, 50)
  appendFileSync(first.path, 'not a record of ours')
  const numbers = readAll(root).map(([number]) => number)
  assert.deepEqual(numbers, [1, ...Array.from({ length: 61 - second.first }, (_, index) => second.first + index)])
})

test('its files are for its owner alone, or for the one group that was named', async () => {
  const root = newFolder()
  const spool = await openSpool(root)
  await spool.append(1)
  await spool.close()
  assert.equal(statSync(root).mode & 0o077, 0)
  assert.equal(statSync(join(root, spool.id, 'key')).mode & 0o077, 0)
})

test('on a full disk the room taken before still holds events; what does not fit is counted, and when there is room it goes on', (t) => {
  if (!isRoot() && process.env.CI !== 'true') return t.skip('a file system of its own needs root')
  // A small file system of our own, in a namespace of our own.
  const code = `
    import { rmSync, writeFileSync } from 'node:fs'
    import { openSpool } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
    const root = process.argv[2]
    const spool = await openSpool(root + '/spool', { segmentBytes: 20_000 })
    await spool.append('first')
    try { for (let n = 0; ; n += 1) writeFileSync(root + '/filler' + n, Buffer.alloc(4_096)) } catch (error) { if (error.code !== 'ENOSPC') throw error }
    let kept = 0, dropped = 0
    for (let n = 0; n < 1_000; n += 1) if (await spool.append({ n })) kept += 1; else dropped += 1
    for (let n = 0; n < 50; n += 1) rmSync(root + '/filler' + n)
    const after = await spool.append('after')
    await spool.close()
    const again = await openSpool(root + '/spool', { segmentBytes: 20_000 })
    console.log(JSON.stringify({ kept, dropped, after, lost: again.lost(), durable: again.durable() }))
    await again.close()`
  const folder = newFolder()
  const script = join(folder, 'script.mjs')
  writeFileSync(script, code)
  const place = join(folder, 'small')
  const { stdout, stderr } = spawnSync(
    'unshare',
    [
      '-m',
      '--propagation',
      'private',
      'sh',
      '-c',
      'mkdir "$2" && mount -t tmpfs -o size=1m vartio "$2" && exec "$0" "$1" "$2"',
      process.execPath,
      script,
      place,
    ],
    { encoding: 'utf8', timeout: 30_000 },
  )
  assert.equal(stderr, '')
  const { kept, dropped, after: isKeptAfter, lost, durable } = JSON.parse(stdout)
  assert.ok(kept > 100, `only ${kept} fitted`)
  assert.ok(dropped > 100)
  assert.equal(isKeptAfter, true)
  assert.equal(lost, dropped)
  assert.equal(durable, kept + 2)
})
