import type { Told, ToldDetection } from './forms.ts'

// Findings as OCSF 1.5.0 Detection Finding (2004), and those as syslog. What of the schema is used stands in ocsf.test.ts.

const version = '1.5.0'
const severityIds = { critical: 5, high: 4, medium: 3, low: 2 } as const
const activities = { 1: 'Create', 2: 'Update', 3: 'Close' } as const
/** New, in progress, suppressed, resolved. */
const statusIds = { new: 1, investigating: 2, 'false-positive': 3, handled: 4 } as const
/** Of the profile for controls: what was done (allowed, denied, observed), and what came of it. */
const controls = {
  blocked: { action_id: 2, disposition_id: 2 },
  quarantined: { action_id: 2, disposition_id: 3 },
  stopped: { action_id: 2, disposition_id: 2 },
  reported: { action_id: 3, disposition_id: 15 },
  failed: { action_id: 1, disposition_id: 13 },
} as const satisfies Record<ToldDetection['done'], object>

const metadata = ({ eventId, organizationId }: Told, profiles: readonly string[]) => ({
  version,
  uid: eventId,
  tenant_uid: organizationId,
  product: { name: 'Vartio', vendor_name: 'Vartio' },
  ...(profiles.length > 0 ? { profiles } : {}),
})

/** The finding keeps its number through all that becomes of it; each event about it has one of its own. */
export function writeOcsf(told: Told): Record<string, unknown> {
  const { at, id, link, device, detection, change } = told
  // A connection that is tried is no finding: whoever counts those would count it.
  if (!detection)
    return {
      activity_id: 99,
      activity_name: 'Test',
      category_uid: 0,
      class_uid: 0,
      type_uid: 99,
      time: at.getTime(),
      severity_id: 1,
      message: 'Vartio tries this connection',
      metadata: metadata(told, []),
    }
  const activity = !change ? 1 : change.state === 'resolved' && change.what === 'state' ? 3 : 2
  return {
    activity_id: activity,
    activity_name: activities[activity],
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2004,
    class_name: 'Detection Finding',
    type_uid: 200_400 + activity,
    type_name: `Detection Finding: ${activities[activity]}`,
    time: at.getTime(),
    severity_id: severityIds[detection.severity],
    status_id: statusIds[change?.resolution ?? (change?.state === 'investigating' ? 'investigating' : 'new')],
    is_alert: activity === 1,
    ...controls[detection.done],
    ...(change?.resolution === 'false-positive' ? { verdict_id: 1 } : {}),
    ...(change?.assigneeId ? { assignee: { uid: change.assigneeId, type_id: 1 } } : {}),
    metadata: metadata(told, ['host', 'security_control', 'incident']),
    finding_info: {
      uid: id,
      title: detection.rule,
      first_seen_time: detection.happenedAt.getTime(),
      src_url: link,
      analytic: { name: detection.rule, category: detection.ruleSet, type_id: detection.kind === 'encryptor' ? 2 : 1 },
      ...(change ? { modified_time: at.getTime() } : { created_time: at.getTime() }),
    },
    ...(device
      ? { device: { uid: device.deviceId, type_id: 0, ...(device.name ? { hostname: device.name } : {}) } }
      : {}),
    evidences: [evidence(detection)],
  }
}

/** A file has a name in OCSF; where none may be told, its place is held. */
function evidence({ path, sha256, user }: ToldDetection) {
  const hashes = sha256 ? [{ algorithm_id: 3, algorithm: 'SHA-256', value: sha256 }] : []
  return {
    file: {
      type_id: 1,
      name: path?.split('/').at(-1) || '-',
      ...(path ? { path } : {}),
      ...(hashes.length > 0 ? { hashes } : {}),
    },
    ...(user ? { actor: { user: { name: user } } } : {}),
  }
}

/** Of ASCII alone, so that nothing has to be said of the encoding (RFC 5424 §6.4). */
const ascii = (text: string) =>
  text.replace(/[\u007f-\uffff]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Everything that others have named, at most so long: of a path its end. */
function shorten(told: Told, most: number): Told {
  const start = <T extends string | null | undefined>(text: T) => (text ? (text.slice(0, most) as T) : text)
  const { device, detection } = told
  return {
    ...told,
    ...(device ? { device: { ...device, name: start(device.name) } } : {}),
    ...(detection
      ? {
          detection: {
            ...detection,
            rule: start(detection.rule),
            ruleSet: start(detection.ruleSet),
            ...(detection.user ? { user: start(detection.user) } : {}),
            ...(detection.path ? { path: detection.path.slice(-most) } : {}),
          },
        }
      : {}),
  }
}

/** What every receiver should be able to take (RFC 5425 §4.3.1); rsyslog cuts what is longer. */
const mostBytes = 8_192

/** RFC 5424: facility 10 (security), the severity of the finding, and OCSF as the message. */
export function writeSyslog(told: Told, host: string): string {
  const severity = told.detection ? { critical: 2, high: 3, medium: 4, low: 5 }[told.detection.severity] : 6
  const name = host.replace(/[^!-~]/g, '').slice(0, 255) || '-'
  const head = `<${80 + severity}>1 ${told.at.toISOString()} ${name} vartio - ${told.event} - `
  const whole = `${head}${ascii(JSON.stringify(writeOcsf(told)))}`
  return whole.length <= mostBytes ? whole : `${head}${ascii(JSON.stringify(writeOcsf(shorten(told, 100))))}`
}
