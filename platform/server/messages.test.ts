import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#base/ids'
import { createTestDatabase } from '#tests/database'
import { createTestLog } from '#tests/log'
import { until } from '#tests/until'
import { createMessages, type Message } from './messages.ts'

const { database, admin } = await createTestDatabase('portal')
const { log } = createTestLog()

function start(everyMilliseconds = 50) {
  return createMessages({ database, log, everyMilliseconds })
}

const waiting = async () => Number((await admin`select count(*) from messages.message`)[0]!.count)

test('a message reaches every subscriber if its transaction commits, and none if not', async (t) => {
  const messages = start()
  t.after(() => messages.stop())
  const heard: string[] = []
  messages.subscribe(
    'people.joined',
    { name: 'overview', purpose: 'service' },
    async ({ key }) => void heard.push(`overview ${key}`),
  )
  messages.subscribe(
    'people.joined',
    { name: 'mailing', purpose: 'service' },
    async ({ key }) => void heard.push(`mailing ${key}`),
  )
  messages.subscribe(
    'people.left',
    { name: 'other', purpose: 'service' },
    async ({ key }) => void heard.push(`other ${key}`),
  )
  await messages.start()
  const [kept, dropped] = [newId(), newId()]
  await assert.rejects(
    database.transaction(async (tx) => {
      await messages.publish(tx, 'people.joined', dropped, {})
      throw new Error('changed my mind')
    }),
  )
  await database.transaction((tx) => messages.publish(tx, 'people.joined', kept, {}))
  await until(async () => (await waiting()) === 0)
  assert.deepEqual(heard.sort(), [`mailing ${kept}`, `overview ${kept}`])
})

test('messages of one key arrive in order even when one of them fails for a while', async (t) => {
  const messages = start()
  t.after(() => messages.stop())
  const heard: string[] = []
  const [stubborn, easy] = [newId(), newId()]
  messages.subscribe(
    'order',
    { name: 'order-reader', purpose: 'service' },
    async ({ key, payload, attempt }: Message) => {
      if (key === stubborn && payload.number === 1 && attempt === 1) throw new Error('not yet')
      heard.push(`${key === stubborn ? 'stubborn' : 'easy'} ${payload.number}`)
    },
  )
  await messages.start()
  for (const number of [1, 2, 3])
    for (const key of [stubborn, easy])
      await database.transaction((tx) => messages.publish(tx, 'order', key, { number }))
  await until(() => heard.length === 6)
  assert.deepEqual(
    heard.filter((text) => text.startsWith('stubborn')),
    ['stubborn 1', 'stubborn 2', 'stubborn 3'],
  )
  assert.ok(heard.indexOf('easy 3') < heard.indexOf('stubborn 1'), 'another key waited for the stubborn one')
})

test('what a subscriber writes with the transaction of the message happens exactly once', async (t) => {
  await admin`create table public.counted (key text)`
  await admin`grant insert on public.counted to portal`
  const two = [start(10), start(10)]
  t.after(() => Promise.all(two.map((one) => one.stop())))
  for (const messages of two)
    messages.subscribe('count', { name: 'counter', purpose: 'service' }, async ({ key, attempt }, tx) => {
      await tx`insert into public.counted (key) values (${key})`
      if (attempt === 1 && key.endsWith('7')) throw new Error('after the write')
    })
  await Promise.all(two.map((messages) => messages.start()))
  const keys = Array.from({ length: 60 }, () => newId())
  await Promise.all(keys.map((key) => database.transaction((tx) => two[0]!.publish(tx, 'count', key, {}))))
  await until(async () => (await waiting()) === 0)
  const written = await admin<{ key: string }[]>`select key from public.counted`
  assert.deepEqual(written.map(({ key }) => key).sort(), [...keys].sort())
})

test('a message written while its subscriber was stopped is delivered after the next start', async (t) => {
  const first = start()
  first.subscribe('late', { name: 'late-reader', purpose: 'service' }, async () => undefined)
  await first.start()
  await first.stop()
  const key = newId()
  await database.transaction((tx) => first.publish(tx, 'late', key, {}))
  const second = start()
  t.after(() => second.stop())
  const heard: string[] = []
  second.subscribe('late', { name: 'late-reader', purpose: 'service' }, async (message) => void heard.push(message.key))
  await second.start()
  await until(() => heard.length === 1)
  assert.deepEqual(heard, [key])
})

test('another process hears within the hint, long before its own slow look', async (t) => {
  const [writer, reader] = [start(60_000), start(60_000)]
  t.after(() => Promise.all([writer.stop(), reader.stop()]))
  const heard: string[] = []
  reader.subscribe('hinted', { name: 'hinted-reader', purpose: 'service' }, async ({ key }) => void heard.push(key))
  await reader.start()
  await new Promise((resolve) => setTimeout(resolve, 200))
  await database.transaction((tx) => writer.publish(tx, 'hinted', newId(), {}))
  await until(() => heard.length === 1, 30_000)
})

test('a message carries ids and words, never what tells about a person', async () => {
  const messages = start()
  for (const payload of [{ mail: 'maija@example.fi' }, { name: 'Maija M' }])
    await assert.rejects(
      database.transaction((tx) => messages.publish(tx, 'people.joined', newId(), payload)),
      { code: 'platform.not_an_id' },
    )
})
