import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTestDevice } from '#tests/device'
import { createTestPortal } from '#tests/portal'

// What a released agent said, as its own journal has it (but for the names of the machine it was on), is answered by the portal of today: devices are updated later than their portal, and some never. A recording is not
// changed; one that is answered no more stops the build.

type Recording = {
  /** Taken at that time: lists of what is new enough to be kept go by it. */
  readonly recordedAt: string
  readonly enrolment: Record<string, unknown>
  readonly checkIns: readonly Record<string, unknown>[]
  readonly events: readonly {
    spool: string
    from: number
    lost: number
    events: readonly { id: string; kind: string }[]
  }[]
  /** `asked`: as a person asked for it, where that takes more than its kind. `of`: of the first detection. */
  readonly actions: readonly {
    kind: string
    asked?: Record<string, unknown>
    of?: 'detection'
    body: { readonly state: string; readonly [more: string]: unknown }
  }[]
  /** Rule sets, with what it was answered. */
  readonly rules?: readonly { path: string; body: Record<string, unknown>; answer: Record<string, unknown> }[]
  /** What that agent reads of each answer. */
  readonly reads: Readonly<Record<'enrolment' | 'check-in' | 'events', readonly string[]>>
}

const recordings = readdirSync(import.meta.dirname).filter((name) => /^agent-.*\.json$/.test(name))
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const

test('there is a recording of each released agent, and of every call that an agent makes', () => {
  assert.ok(recordings.includes('agent-0.1.0.json'))
  const all = recordings.map((name) => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as Recording)
  const kinds = all.flatMap(({ events }) => events.flatMap((one) => one.events.map(({ kind }) => kind)))
  assert.deepEqual([...new Set(kinds)].sort(), ['detection', 'encryptor'])
  const paths = all.flatMap(({ rules = [] }) => rules.map(({ path }) => path))
  assert.deepEqual([...new Set(paths)].sort(), ['/api/device/rule-sets/note', '/api/device/rule-sets/parts'])
})

/** As the portal has them once the set has been made ready. */
async function laySets(portal: Awaited<ReturnType<typeof createTestPortal>>, rules: NonNullable<Recording['rules']>) {
  for (const { path, body, answer } of rules) {
    const name = String(body.set)
    if (path.endsWith('/note'))
      await portal.admin`
        insert into rule_sets.rule_set (name, title, licence, is_used, state, asked_at, version, note)
        values (${name}, ${name}, 'DRL-1.1', true, 'ready', ${portal.clock.now()}, ${Number(body.version)}, ${String(answer.note)})`
    else
      for (const [at, sha256] of (body.parts as string[]).entries())
        await portal.admin`
          insert into rule_sets.part (name, sha256, content)
          values (${name}, ${sha256}, ${Buffer.from((answer.parts as string[])[at] ?? '', 'base64')}) on conflict do nothing`
  }
}

for (const name of recordings)
  test(`every message in ${name} is answered, and what it tells is kept`, async () => {
    const recording = JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as Recording
    const portal = await createTestPortal({ at: new Date(recording.recordedAt) })
    const companyId = await portal.createProvider('Yritys')
    const boss = await portal.person('Pomo', { [companyId]: ['administrator'] })
    const device = createTestDevice(portal)
    const holds = (answer: unknown, of: keyof Recording['reads']) => {
      for (const field of recording.reads[of]) assert.ok(field in Object(answer), `the answer to ${of} has no ${field}`)
    }

    const { code } = await portal.devices.makeCode(companyId, { uses: 1, hours: 1 }, by)
    // The key and the code are of the day; the rest is as it was said.
    const { publicKey: _key, ...said } = recording.enrolment
    const enrolled = await device.enrol(code, { user: undefined, serial: undefined, addresses: undefined, ...said })
    assert.equal(enrolled.status, 200, enrolled.code)
    holds(enrolled.body, 'enrolment')
    for (const body of recording.checkIns) {
      const answer = await device.post('/api/device/check-in', body)
      assert.equal(answer.status, 200, answer.code)
      holds(answer.body, 'check-in')
    }
    // What a newer portal might come to want of it would be seen here.
    const { spool: _spool, ...less } = recording.checkIns[0] ?? {}
    assert.equal((await device.post('/api/device/check-in', less)).status, 400)
    for (const body of recording.events) {
      const answer = await device.post('/api/device/events', body)
      assert.equal(answer.status, 200, answer.code)
      holds(answer.body, 'events')
      assert.deepEqual([answer.body.upTo, answer.body.unread], [body.from + body.events.length - 1, 0])
    }
    const rules = recording.rules ?? []
    await laySets(portal, rules)
    for (const { path, body, answer } of rules) {
      const given = await device.post(path, body)
      assert.deepEqual([given.status, given.body], [200, answer], given.code)
    }
    const ask = async (path: string, body?: object) =>
      portal.ask(body ? 'POST' : 'GET', `/api/organizations/${companyId}${path}`, {
        cookie: await portal.signInAgain(boss.personId),
        ...(body ? { body } : {}),
      })
    const kept = (await ask('/detections')).body.detections.map(
      ({ detectionId }: { detectionId: string }) => detectionId,
    )
    assert.deepEqual(kept.sort(), recording.events.flatMap(({ events }) => events.map(({ id }) => id)).sort())
    const [detection] = recording.events.flatMap(({ events }) => events.filter((one) => one.kind === 'detection'))
    for (const { kind, body, asked, of } of recording.actions) {
      const path = of ? `/detections/${detection?.id}/${kind}` : `/devices/${device.deviceId}/actions`
      const begun = await ask(path, of ? asked : { kind, ...asked })
      assert.ok(begun.status < 300, `${kind}: ${begun.code}`)
      const [{ actionId }] = (await ask(`/devices/${device.deviceId}`)).body.actions
      const answer = await device.post(`/api/device/actions/${actionId}`, body)
      assert.equal(answer.status, 204, answer.code)
      const { actions } = (await ask(`/devices/${device.deviceId}`)).body
      assert.equal(actions.find((one: { actionId: string }) => one.actionId === actionId).state, body.state)
    }
  })
