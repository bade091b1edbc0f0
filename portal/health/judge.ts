import type { Condition } from '#base/condition'
import { backupLivesDays, epochOfDate } from '#server/key-backups'
import { type Health, type Trouble, troubles } from './api.ts'

const day = 86_400_000
/** Of the disk; and never less than fits an upgrade with its copy. */
const leastFree = { part: 0.1, bytes: 2 * 1024 ** 3 }
/** Whoever renews by hand needs some days, and a renewal that fails by itself shows before it hurts. */
const certificateDays = 14
const backupDays = 7
/** More than a moment's work between areas. */
const mostMessages = 1_000

const inPrograms: Partial<Record<Trouble, (condition: Condition, now: Date) => boolean>> = {
  'keys-silent': ({ keys }) => keys === null,
  'disk-low': ({ disk }) => disk.freeBytes < Math.max(leastFree.bytes, disk.totalBytes * leastFree.part),
  'certificate-ending': ({ certificateEndsAt }, now) =>
    certificateEndsAt !== null && Date.parse(certificateEndsAt) < now.getTime() + certificateDays * day,
  'clock-set-back': ({ clockSetBackSeconds }) => clockSetBackSeconds > 0,
  'rotation-due': ({ keys }) => keys !== null && (keys.isRotationDue || keys.daysBehind > 1),
  'letters-failed': ({ lettersFailed }) => lettersFailed > 0,
  'messages-waiting': ({ waiting }) => waiting.messages > mostMessages,
}

/** What is wrong, the worst first; nothing where all is well. */
export function judge({ programs, backups }: Pick<Health, 'programs' | 'backups'>, now: Date): Health['troubles'] {
  const found: Health['troubles'] = programs.flatMap(({ program, condition }) =>
    condition === null
      ? [{ what: 'program-silent' as const, program }]
      : troubles.flatMap((what) => (inPrograms[what]?.(condition, now) ? [{ what, program }] : [])),
  )
  const add = (what: Trouble) => void found.push({ what, program: null })
  if (backups.data === null) add('no-backup')
  else if (Date.parse(backups.data) < now.getTime() - backupDays * day) add('backup-old')
  if (backups.keys === null) add('no-key-backup')
  // On its last day, and from then on: it is destroyed once that is over.
  else if (epochOfDate(now) - epochOfDate(new Date(backups.keys)) >= backupLivesDays) add('key-backup-old')
  return found.sort((one, other) => troubles.indexOf(one.what) - troubles.indexOf(other.what))
}
