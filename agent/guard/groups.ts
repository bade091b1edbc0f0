import { closeFd, type FileEvent, holdFileSystem, markFileSystem, mask, openGroup, parseEvents } from '#agent/kernel'
import type { GroupFds, Policy } from './messages.ts'
import { listMounts, type Mount } from './mounts.ts'
import { findOther } from './others.ts'

export type Groups = GroupFds & {
  /** Why opens are not decided over: a code, and a name where another product is why. */
  why?: string
  other?: string
}

export const noGroups: Groups = {
  answers: undefined,
  tells: undefined,
  names: undefined,
  canaries: undefined,
}

/** What the kernel lets us have, beside what else runs here. Nothing is marked yet. */
export function openGroups(wanted: 'all' | readonly string[]): Groups {
  const other = findOther(listMounts(wanted), new Set([process.pid]))
  // First of all: see the kernel's part.
  const answers = other ? undefined : openGroup('answers')
  const tells = openGroup('tells')
  if (tells === undefined) return { ...noGroups, why: 'guard.ordinary_user' }
  const told = { answers, tells, names: openGroup('names'), canaries: openGroup('files') }
  if (other) return { ...told, why: 'guard.other_product', other: other.name }
  return { ...told, ...(answers === undefined ? { why: 'guard.not_supported' } : {}) }
}

/** Each file system once. Those that refuse (some network ones) are left and counted. */
export function markAll(
  groups: Groups,
  wanted: 'all' | readonly string[],
  profile: Policy['profile'],
  marked: Map<string, Mount>,
): { added: Mount[]; refused: number } {
  const asks = mask.execPermission | (profile === 'strict' ? mask.openPermission : 0)
  const mounts = listMounts(wanted)
  const present = new Set(mounts.map(({ device }) => device))
  for (const device of marked.keys()) if (!present.has(device)) marked.delete(device)
  const added: Mount[] = []
  let refused = 0
  for (const mount of mounts) {
    if (marked.has(mount.device)) continue
    const isMarked =
      groups.tells !== undefined &&
      markFileSystem(groups.tells, mount.path, mask.closeWrite) &&
      (groups.answers === undefined || markFileSystem(groups.answers, mount.path, asks))
    if (!isMarked) refused += 1
    if (groups.names !== undefined) markFileSystem(groups.names, mount.path, mask.delete | mask.movedTo)
    marked.set(mount.device, mount)
    if (isMarked) added.push(mount)
  }
  return { added, refused }
}

/** Another profile, with the same groups. */
export function markAgain({ answers }: Groups, profile: Policy['profile'], marked: ReadonlyMap<string, Mount>): void {
  if (answers !== undefined) for (const { path } of marked.values()) holdFileSystem(answers, path, profile === 'strict')
}

/** Closing is how to let go: whoever waits goes on at once. */
export function closeGroups(groups: Groups) {
  for (const fd of descriptorsOf(groups)) closeFd(fd)
}

export const descriptorsOf = ({ answers, tells, names, canaries }: GroupFds): number[] =>
  [answers, tells, names, canaries].filter((fd) => fd !== undefined)

export function parse(buffer: Buffer, length: number): FileEvent[] {
  if (length < 0 && !ourFault.has(-length)) return []
  const found = length > 0 ? parseEvents(buffer, length) : undefined
  if (found === undefined) throw new Error('fanotify answers what nobody understands')
  return found
}

/**
 * For each event the kernel opens the file for us. Where that fails (its server is gone, FUSE; no descriptor is left) the read says why, the kernel has refused
 * whoever waited, and the next event is another. Only EBADF, EFAULT and EINVAL are about the reading itself.
 */
const ourFault = new Set([9, 14, 22])

/** ENOMEM, ENFILE, EMFILE: what could be opened later was not, so it is to be caught up with. */
export const isLost = (length: number): boolean => [12, 23, 24].includes(-length)
