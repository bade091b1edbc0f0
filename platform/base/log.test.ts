import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTestDatabase } from '#tests/database'
import { createTestLog } from '#tests/log'
import { newId, newToken } from './ids.ts'
import { redact } from './log-fields.ts'

const { log, lines } = createTestLog()

/** What the log says of something, as text. */
function said(run: () => void): string {
  lines.length = 0
  run()
  return lines.join('')
}

test('addresses, identity codes, tokens and passwords in URLs do not get into a line', () => {
  const secrets = [
    'maija.meikalainen@example.fi',
    "o'neil+x@sub.example.fi",
    'äiti@esimerkki.fi',
    '192.0.2.77',
    '2001:db8::1',
    '"maija m"@example.fi',
    '"m\\"m, x"@example.fi',
    'fe80::1',
    '2001:0db8:85a3:0000:0000:8a2e:0370:7334',
    '::ffff:192.0.2.128',
    '131052-308T',
    '131052a308t',
    '010100A123D',
    newToken(),
    'a'.repeat(64),
    'eyJhbGciOiJFZERTQSIsImtpZCI6InBvcnRhbCJ9',
  ]
  for (const secret of secrets)
    for (const text of [
      secret,
      `of ${secret}.`,
      `"${secret}"`,
      `(${secret})`,
      `x=${secret}&y=1`,
      `<${secret}>, next`,
      `a: ${secret}; b`,
    ]) {
      assert.ok(!redact(text).includes(secret), `${text} became ${redact(text)}`)
      assert.ok(!said(() => log.info('x', { message: text })).includes(secret))
      assert.ok(!said(() => log.info(text)).includes(secret))
      assert.ok(
        !said(() => log.error('x', { error: new Error(text, { cause: new Error(`cause ${text}`) }) })).includes(secret),
      )
      assert.ok(!said(() => log.error('x', { error: text })).includes(secret))
    }
  const url = redact('cannot reach smtp://vartio:p@ss%40word@mail.example.fi:587/x nor postgres://admin:hunter2@db/x')
  assert.equal(url, 'cannot reach smtp://mail.example.fi:587/x nor postgres://db/x')
})

test('what an operator needs stays: ids, routes, times, codes, places in the code', () => {
  const id = newId()
  for (const text of [
    id,
    '/api/organizations/:organizationId/people',
    'at 2026-11-21T21:30:45.123Z',
    '12:30:45',
    'node:internal/process/task_queues:104:5',
    'database.unavailable',
    'file:///srv/vartio/platform/server/http.ts:12:3',
  ])
    assert.equal(redact(text), text)
})

test('a field that is not in the list is not written, whatever it holds', () => {
  const line = said(() => log.info('x', { id: 'a', email: 'maija@example.fi', name: 'Maija' } as never))
  assert.doesNotMatch(line, /maija/i)
})

test('any address, IP or token is gone from any text around it', () => {
  const secret = fc.oneof(
    fc.emailAddress(),
    fc.emailAddress({ localPart: fc.stringMatching(/^[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,30}$/) } as never),
    fc.ipV4(),
    fc.ipV6(),
    fc.uint8Array({ minLength: 24, maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
    fc.uint8Array({ minLength: 16, maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  )
  const around = fc.stringMatching(/^[ \n"'<>()[\],;]{1,3}$/)
  fc.assert(
    fc.property(
      fc.lorem({ maxCount: 5 }),
      around,
      secret,
      around,
      fc.lorem({ maxCount: 5 }),
      (before, left, it, right, after) => {
        const text = `${before}${left}${it}${right}${after}`
        assert.ok(!redact(text).includes(it), `${text} became ${redact(text)}`)
      },
    ),
    { numRuns: 3_000 },
  )
})

test('no text takes long to go through, and none grows', () => {
  for (const text of [
    'a@'.repeat(50_000),
    '1.'.repeat(50_000),
    'a:'.repeat(50_000),
    'x://'.repeat(30_000),
    'a'.repeat(100_000),
  ]) {
    const startedAt = performance.now()
    assert.ok(redact(text).length <= 8_000)
    assert.ok(performance.now() - startedAt < 2_000, `${text.slice(0, 6)} took ${performance.now() - startedAt} ms`)
  }
})

test('an error of many lines, of many errors or of none at all is told without what it carries', () => {
  const many = new Error('first\nsecond maija@example.fi\n  third 192.0.2.1')
  assert.doesNotMatch(
    said(() => log.error('x', { error: many })),
    /maija|192\.0/,
  )
  const aggregate = new AggregateError([
    new Error('to maija@example.fi'),
    new Error('connect ECONNREFUSED 192.0.2.1:25'),
  ])
  const line = said(() => log.error('x', { error: aggregate }))
  assert.match(line, /ECONNREFUSED/)
  assert.doesNotMatch(line, /maija|192\.0/)
  for (const odd of [undefined, null, 7, { secret: 'maija@example.fi' }, Symbol('x')])
    assert.doesNotMatch(
      said(() => log.error('x', { error: odd })),
      /maija/,
    )
  const loop = new Error('loop')
  loop.cause = loop
  assert.ok(said(() => log.error('x', { error: loop })).length < 20_000)
})

test('errors of PostgreSQL are told without the row and without the value', async () => {
  const { admin } = await createTestDatabase('portal')
  await admin`create table public.person (email text primary key, age integer check (age > 0), born date)`
  await admin`insert into public.person values ('maija@example.fi', 7)`
  const statements = [
    `insert into public.person values ('maija@example.fi', 8)`,
    `insert into public.person values ('Ville Virtanen', -1)`,
    `select 'Ville Virtanen'::uuid`,
    `insert into public.person values ('x', 1, 'Ville Virtanen')`,
    `do $$ begin raise exception using errcode = '22000', message = 'Ville Virtanen'; end $$`,
  ]
  for (const statement of statements) {
    const error = await admin.unsafe(statement).then(
      () => undefined,
      (failure: unknown) => failure,
    )
    assert.ok(error)
    const line = said(() => log.error('a request failed', { error }))
    assert.doesNotMatch(line, /maija|Virtanen|example\.fi/, statement)
    assert.match(line, /"code":"2\d/)
  }
  const [failed] = await Promise.allSettled([admin`insert into public.person values (${'Ville Virtanen'}, ${-1})`])
  assert.doesNotMatch(
    said(() => log.error('x', { error: (failed as PromiseRejectedResult).reason })),
    /Virtanen/,
  )
})
