import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { type OwnWords, readLog, readOwnWords, readServerLog } from './support-log.ts'

const folder = mkdtempSync(join(tmpdir(), 'vartio-support-log-'))
after(() => rmSync(folder, { recursive: true }))
const code = join(folder, 'code')
mkdirSync(join(code, 'portal', 'devices'), { recursive: true })
writeFileSync(
  join(code, 'portal', 'devices', 'enrol.ts'),
  "log.warn('a device was not let in', { code })\nthrow new AppError('devices.no_code', 404, 'x')\n",
)
writeFileSync(join(code, 'portal', 'devices', 'enrol.test.ts'), "log.warn('Aino Korhonen', {})\n")
const words: OwnWords = readOwnWords(code)
const log = join(folder, 'portal.log')
const read = (...lines: unknown[]) => {
  writeFileSync(log, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''))
  return readLog(log, words, 'the program listens')
}
const at = (second: number) => `2026-11-23T04:00:${String(second).padStart(2, '0')}.000Z`

test('of our own code its sentences, codes and files are known, and none of its tests', () => {
  assert.deepEqual([...words.sentences], ['a device was not let in'])
  assert.deepEqual([...words.codes], ['devices.no_code'])
  assert.deepEqual([...words.files], ['portal/devices/enrol.ts'])
})

test('SU-03 a trouble is told by its sentence, its codes and where in our code it came from', () => {
  const error = {
    name: 'AppError',
    text: 'Aino Korhonen was not let in',
    code: 'devices.no_code',
    stack: `    at enrol (file:///srv/aino/vartio/portal/devices/enrol.ts:2:7)\n    at other (/srv/aino/portal/secret.ts:9:1)`,
    cause: { name: 'PostgresError', code: '23505', text: 'Key (name)=(Aino) already exists.' },
  }
  const seen = read(
    { level: 30, time: at(1), program: 'portal', text: 'the program listens', port: 8481 },
    { level: 40, time: at(2), program: 'portal', text: 'a device was not let in', code: 'devices.no_code', error },
    { level: 40, time: at(3), program: 'portal', text: 'a device was not let in', code: 'devices.no_code', error },
    { level: 50, time: at(4), program: 'portal', text: 'it ended', exitCode: 7, signal: 'SIGKILL', status: 503 },
  )
  assert.deepEqual(seen.starts, { times: 1, newest: [at(1)] })
  assert.deepEqual(seen.troubles, [
    // A sentence that does not stand in our code may be anybody's.
    { level: 'error', says: null, status: 503, exitCode: 7, signal: 'SIGKILL', times: 1, first: at(4), last: at(4) },
    {
      level: 'warning',
      says: 'a device was not let in',
      code: 'devices.no_code',
      errors: [
        { name: 'AppError', code: 'devices.no_code', at: ['portal/devices/enrol.ts:2'] },
        { name: 'PostgresError', code: '23505' },
      ],
      times: 2,
      first: at(2),
      last: at(3),
    },
  ])
})

test('SU-03 whatever stands in a line, nothing of it is told that is not in our code or a list of the system', () => {
  const canary = 'korhonen'
  const place = fc.constantFrom('text', 'code', 'name', 'stack', 'signal', 'time', 'program', 'area', 'job', 'route')
  const shapes = fc.constantFrom(
    canary,
    canary.toUpperCase(),
    `${canary}.aino`,
    `aino@${canary}.example`,
    `at ${canary} (/srv/${canary}/portal/devices/enrol.ts:1:1)`,
    `at x (file:///srv/${canary}.ts:12:3)`,
    `E${canary.toUpperCase()}`,
    `SIG${canary.toUpperCase()}`,
    `2026-11-23T04:00:00.${canary}Z`,
    `${canary}Error`,
  )
  const broken = fc.record({ level: fc.constantFrom(40, 50, canary), time: fc.constantFrom(at(1), canary) })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(place, shapes, broken), { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      (given, isRaw) => {
        const lines = given.map(([name, value, rest]) => ({
          ...rest,
          text: 'a device was not let in',
          [name]: value,
          error: { [name]: value, cause: { [name]: value, stack: value }, [value]: value },
          [value]: canary,
        }))
        const seen = isRaw ? read(...lines.map((line) => `x${JSON.stringify(line)}`)) : read(...lines)
        assert.doesNotMatch(JSON.stringify(seen), new RegExp(canary, 'i'))
      },
    ),
    { numRuns: 500 },
  )
})

test('a log without end is read at its end, and tells as much of it as a person reads', () => {
  const line = (number: number) =>
    JSON.stringify({ level: 50, time: at(number % 60), program: 'portal', text: 'x'.repeat(500), status: number })
  const seen = read(...Array.from({ length: 16_000 }, (_, number) => line(number)))
  assert.ok(seen.bytes <= 1024 * 1024)
  assert.equal(seen.troubles.length, 40)
  assert.ok(seen.leftOut > 1_000)
  assert.equal(seen.otherLines.times, 0)
  assert.ok(JSON.stringify(seen).length < 20_000)
})

test('lines of a program that could not begin tell where in our code; a link in the place of a log is not followed', () => {
  const seen = read(`file:///srv/aino/vartio/portal/devices/enrol.ts:12`, 'SyntaxError: Aino', '    at x.ts:3')
  assert.deepEqual(seen.otherLines, { times: 3, at: ['portal/devices/enrol.ts:12'] })
  const secret = join(folder, 'secret')
  writeFileSync(secret, JSON.stringify({ level: 50, time: at(1), text: 'a device was not let in' }))
  const link = join(folder, 'link.log')
  symlinkSync(secret, link)
  assert.throws(() => readLog(link, words, ''), { code: 'ELOOP' })
  assert.deepEqual(readLog(join(folder, 'none.log'), words, '').troubles, [])
})

test('of PostgreSQL’s log only how often it began and was fatal', () => {
  const path = join(folder, 'postgres.log')
  writeFileSync(
    path,
    `2026-11-23 04:00:01.123 UTC [12] LOG:  database system is ready to accept connections
2026-11-23 04:00:02.123 UTC [12] FATAL:  role "aino" does not exist
2026-11-23 04:00:03.123 UTC [12] DETAIL:  korhonen
`,
  )
  const { starts, grave } = readServerLog(path)
  assert.deepEqual(starts, { times: 1, newest: ['2026-11-23T04:00:01Z'] })
  assert.deepEqual(grave, { FATAL: { times: 1, last: '2026-11-23T04:00:02Z' } })
})
