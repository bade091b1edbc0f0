import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Told } from './forms.ts'
import { writeOcsf, writeSyslog } from './ocsf.ts'

// What OCSF 1.5.0 says of the attributes that are used, read from the published schema (ocsf/ocsf-schema, release 1.5.0: events/findings, objects, profiles
// host, security_control and incident, dictionary). An attribute that stands here in no object is refused, as the schema's own validator does.

type Kind = 'text' | 'number' | 'boolean' | 'time' | 'any' | readonly number[] | string
type Attributes = Readonly<Record<string, { readonly is: Kind; readonly required?: true; readonly isList?: true }>>
const text = { is: 'text' } as const
const time = { is: 'time' } as const
const base: Attributes = {
  activity_name: text,
  category_name: text,
  class_name: text,
  type_name: text,
  message: text,
  time: { is: 'time', required: true },
  severity_id: { is: [0, 1, 2, 3, 4, 5, 6, 99], required: true },
  metadata: { is: 'metadata', required: true },
  unmapped: { is: 'any' },
}
const objects: Readonly<Record<string, { readonly attributes: Attributes; readonly oneOf?: readonly string[] }>> = {
  base_event: {
    attributes: {
      ...base,
      activity_id: { is: [0, 99], required: true },
      category_uid: { is: [0], required: true },
      class_uid: { is: [0], required: true },
      type_uid: { is: 'number', required: true },
      status_id: { is: [0, 1, 2, 99] },
    },
  },
  detection_finding: {
    attributes: {
      ...base,
      activity_id: { is: [0, 1, 2, 3, 99], required: true },
      category_uid: { is: [2], required: true },
      class_uid: { is: [2004], required: true },
      type_uid: { is: 'number', required: true },
      status_id: { is: [0, 1, 2, 3, 4, 5, 99] },
      finding_info: { is: 'finding_info', required: true },
      is_alert: { is: 'boolean' },
      device: { is: 'device' },
      evidences: { is: 'evidences', isList: true },
      action_id: { is: [0, 1, 2, 3, 4, 99] },
      disposition_id: { is: Array.from({ length: 28 }, (_, at) => at).concat(99) },
      verdict_id: { is: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99] },
      assignee: { is: 'user' },
    },
  },
  metadata: {
    attributes: {
      version: { is: 'text', required: true },
      product: { is: 'product', required: true },
      uid: text,
      tenant_uid: text,
      profiles: { is: 'text', isList: true },
    },
  },
  product: { attributes: { name: text, uid: text, vendor_name: text, version: text }, oneOf: ['name', 'uid'] },
  finding_info: {
    attributes: {
      uid: { is: 'text', required: true },
      title: text,
      src_url: text,
      created_time: time,
      modified_time: time,
      first_seen_time: time,
      analytic: { is: 'analytic' },
    },
  },
  analytic: {
    attributes: {
      type_id: { is: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 99], required: true },
      name: text,
      uid: text,
      category: text,
    },
    oneOf: ['name', 'uid'],
  },
  device: {
    attributes: {
      type_id: { is: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 99], required: true },
      uid: text,
      hostname: text,
    },
    oneOf: ['uid', 'hostname'],
  },
  evidences: { attributes: { file: { is: 'file' }, actor: { is: 'actor' } }, oneOf: ['file', 'actor'] },
  file: {
    attributes: {
      name: { is: 'text', required: true },
      type_id: { is: [0, 1, 2, 3, 4, 5, 6, 7, 99], required: true },
      path: text,
      hashes: { is: 'fingerprint', isList: true },
    },
  },
  fingerprint: {
    attributes: {
      algorithm_id: { is: [0, 1, 2, 3, 4, 5, 6, 7, 99], required: true },
      algorithm: text,
      value: { is: 'text', required: true },
    },
  },
  actor: { attributes: { user: { is: 'user' } }, oneOf: ['user'] },
  user: { attributes: { name: text, uid: text, type_id: { is: [0, 1, 2, 3, 99] } }, oneOf: ['name', 'uid'] },
}

/** What is wrong with it, by place. */
function faults(value: unknown, kind: Kind, place: string): string[] {
  if (kind === 'any') return []
  if (kind === 'text') return typeof value === 'string' && value !== '' ? [] : [`${place}: no text`]
  if (kind === 'boolean') return typeof value === 'boolean' ? [] : [`${place}: neither yes nor no`]
  if (kind === 'number' || kind === 'time')
    return Number.isSafeInteger(value) && (kind === 'number' || Number(value) > 1e12) ? [] : [`${place}: no ${kind}`]
  if (typeof kind !== 'string') return kind.includes(value as number) ? [] : [`${place}: not of the enumeration`]
  const { attributes, oneOf } = objects[kind] ?? assert.fail(kind)
  if (typeof value !== 'object' || value === null) return [`${place}: no object`]
  const has = new Set(Object.keys(value))
  return [
    ...Object.entries(attributes).flatMap(([name, { required }]) =>
      required && !has.has(name) ? [`${place}.${name}: missing`] : [],
    ),
    ...(oneOf && !oneOf.some((name) => has.has(name)) ? [`${place}: none of ${oneOf.join(', ')}`] : []),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const known = attributes[name]
      if (!known) return [`${place}.${name}: not in the schema`]
      if (!known.isList) return faults(inner, known.is, `${place}.${name}`)
      return Array.isArray(inner)
        ? inner.flatMap((one, at) => faults(one, known.is, `${place}.${name}[${at}]`))
        : [`${place}.${name}: no list`]
    }),
  ]
}
function checkEvent(event: Record<string, unknown>): string[] {
  const { class_uid: classUid, activity_id: activityId, type_uid: typeUid } = event
  const found = faults(event, classUid === 2004 ? 'detection_finding' : 'base_event', '')
  return typeUid === Number(classUid) * 100 + Number(activityId)
    ? found
    : [...found, 'type_uid: not of class and activity']
}

const told: Told = {
  event: 'detection',
  at: new Date('2026-11-22T12:00:00Z'),
  eventId: randomUUID(),
  id: randomUUID(),
  organizationId: randomUUID(),
  link: 'https://portal.example/detections/1',
  device: { deviceId: randomUUID() },
  detection: {
    kind: 'detection',
    happenedAt: new Date('2026-11-22T11:59:00Z'),
    rule: 'eicar',
    ruleSet: 'vartio-test',
    severity: 'high',
    done: 'reported',
    sha256: null,
  },
}
const changed = (
  state: 'new' | 'investigating' | 'resolved',
  resolution: 'handled' | 'false-positive' | null = null,
): Told => ({
  ...told,
  event: 'detection-changed',
  eventId: randomUUID(),
  change: { what: 'state', state, resolution, isAssigned: true, assigneeId: randomUUID() },
})

test('every finding, each of its changes and a trial are as OCSF 1.5.0 describes them', () => {
  const detection = fc.record({
    kind: fc.constantFrom('detection' as const, 'encryptor' as const),
    happenedAt: fc.date({ min: new Date('2020-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
    rule: fc.string({ minLength: 1, maxLength: 200 }),
    ruleSet: fc.string({ minLength: 1, maxLength: 200 }),
    severity: fc.constantFrom('critical' as const, 'high' as const, 'medium' as const, 'low' as const),
    done: fc.constantFrom(
      'blocked' as const,
      'quarantined' as const,
      'stopped' as const,
      'reported' as const,
      'failed' as const,
    ),
    sha256: fc.option(fc.constant('ab'.repeat(32))),
    path: fc.option(fc.string()),
    user: fc.option(fc.string()),
  })
  const change = fc.option(
    fc.constantFrom(
      changed('new'),
      changed('investigating'),
      changed('resolved', 'handled'),
      changed('resolved', 'false-positive'),
    ),
    { nil: told },
  )
  fc.assert(
    fc.property(detection, change, fc.option(fc.string(), { nil: undefined }), (found, one, name) => {
      const device = { deviceId: randomUUID(), ...(name === undefined ? {} : { name }) }
      assert.deepEqual(checkEvent(writeOcsf({ ...one, device, detection: found })), [])
    }),
  )
  const { detection: _, device: __, ...trial } = told
  assert.deepEqual(checkEvent(writeOcsf({ ...trial, event: 'test' })), [])
})

test('the check against OCSF finds what is missing, misplaced and not of an enumeration', () => {
  const good = writeOcsf(told) as Record<string, never>
  for (const [broken, fault] of [
    [{ ...good, finding_info: { title: 'x' } }, '.finding_info.uid: missing'],
    [{ ...good, severity_id: 7 }, '.severity_id: not of the enumeration'],
    [{ ...good, device: { type_id: 0 } }, '.device: none of uid, hostname'],
    [{ ...good, cause: 'x' }, '.cause: not in the schema'],
    [{ ...good, type_uid: 200_402 }, 'type_uid: not of class and activity'],
  ] as const)
    assert.deepEqual(checkEvent(broken), [fault])
})

test('what people do about a detection is an update of the same finding, and closes it when it is resolved', () => {
  const short = (one: Told) => {
    const event = writeOcsf(one) as {
      activity_id: number
      status_id: number
      verdict_id?: number
      is_alert: boolean
      finding_info: { uid: string }
      metadata: { uid: string }
    }
    assert.equal(event.finding_info.uid, told.id)
    assert.equal(event.metadata.uid, one.eventId)
    return [event.activity_id, event.status_id, event.verdict_id ?? null, event.is_alert]
  }
  assert.deepEqual(short(told), [1, 1, null, true])
  assert.deepEqual(short(changed('investigating')), [2, 2, null, false])
  assert.deepEqual(short(changed('resolved', 'handled')), [3, 4, null, false])
  assert.deepEqual(short(changed('resolved', 'false-positive')), [3, 3, 1, false])
  assert.deepEqual(short(changed('new')), [2, 1, null, false])
})

test('syslog: a message is ASCII and never longer than every receiver should take (RFC 5424, RFC 5425 4.3.1)', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
      fc.string({ unit: 'grapheme', maxLength: 4_096, size: 'max' }),
      (rule, path) => {
        const name = rule.repeat(2)
        const written = writeSyslog(
          {
            ...told,
            device: { deviceId: randomUUID(), name },
            detection: { ...told.detection!, rule, ruleSet: rule, path, user: rule },
          },
          'portal.example',
        )
        assert.match(written, /^<83>1 \S+ portal\.example vartio - detection - \{[ -~]*\}$/)
        assert.ok(written.length <= 8_192, `${written.length}`)
        assert.deepEqual(checkEvent(JSON.parse(written.slice(written.indexOf('{')))), [])
      },
    ),
    { numRuns: 50 },
  )
})
