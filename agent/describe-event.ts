import { readFileSync } from 'node:fs'
import type { GuardEvent } from '#agent/guard'
import type { DeviceEvent } from '#portal/detections/api'

const most = { findings: 20, paths: 20, place: 32 }

/** What stands for half a character, or NUL, which the portal refuses: a name of a file may be any bytes. */
const clean = (text: string, length: number) =>
  text.toWellFormed().replaceAll('\0', '\ufffd').slice(0, length).toWellFormed()

/** An event as the portal takes it. */
export function describeEvent(event: GuardEvent): DeviceEvent {
  const process = event.process && describeProcess(event.process)
  if (event.kind === 'encryptor')
    return {
      kind: 'encryptor',
      id: event.id,
      at: event.at,
      process: process ?? { pid: 0 },
      files: event.files,
      paths: event.paths.slice(0, most.paths).map((path) => clean(path, 4_096)),
      canary: event.canary,
      done: event.done,
    }
  const { verdict } = event
  return {
    kind: 'detection',
    id: event.id,
    at: event.at,
    path: clean(event.path, 4_096),
    sha256: event.sha256,
    bytes: verdict.bytes,
    findings: verdict.findings.slice(0, most.findings).map(({ rule, ruleSet, author, licence, source, place }) => ({
      rule: clean(rule, 200),
      ruleSet: clean(ruleSet, 200),
      ...(author ? { author: clean(author, 200) } : {}),
      ...(licence ? { licence: clean(licence, 200) } : {}),
      source,
      place: place.slice(0, most.place).map((name) => clean(name, 1_024)),
    })),
    notUnpacked: verdict.notUnpacked.slice(0, most.findings).map(({ place, reason }) => ({
      place: place.slice(0, most.place).map((name) => clean(name, 1_024)),
      reason,
    })),
    ...(process ? { process } : {}),
    done: event.done,
    ...(event.seenLate ? { seenLate: true } : {}),
    ...(event.quarantineId ? { quarantineId: event.quarantineId } : {}),
  }
}

function describeProcess({ path, uid, ...process }: NonNullable<GuardEvent['process']>) {
  const user = userName(uid)
  return { ...process, path: clean(path, 4_096), uid, ...(user ? { user } : {}) }
}

/** passwd(5): name, password, number, … Users of a directory service have a number alone. */
function userName(uid: number): string | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.split(':')[2] === String(uid))
  return line?.split(':')[0]?.slice(0, 255)
}
