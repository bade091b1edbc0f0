import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { Mount } from './mounts.ts'

/** fanotify marks that ask for answers: FAN_OPEN_PERM, FAN_ACCESS_PERM, FAN_OPEN_EXEC_PERM, FAN_PRE_ACCESS. */
const asks = 0x10000n | 0x20000n | 0x40000n | 0x100000n

/**
 * Another program that decides over opens on the same file systems. Two that wait for each other hang the machine, so we only watch beside one.
 * `/proc/PID/fdinfo` of a group lists its marks: by mount, by file system or by inode, with the device of the latter two.
 */
export function findOther(
  mounts: readonly Mount[],
  own: ReadonlySet<number>,
): { pid: number; name: string } | undefined {
  const ids = new Set(mounts.map(({ id }) => id))
  const devices = new Set(mounts.map(({ device }) => deviceNumber(device)))
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry)
    if (!Number.isInteger(pid) || own.has(pid)) continue
    if (groupsOf(pid).some((info) => isAsking(info, ids, devices))) return { pid, name: programOf(pid) }
  }
  return undefined
}

/** As fdinfo writes it: the kernel's own form, minor in the low 20 bits. */
function deviceNumber(device: string): number {
  const [major = 0, minor = 0] = device.split(':').map(Number)
  return major * 0x100000 + minor
}

function groupsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`)
      .filter((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === 'anon_inode:[fanotify]')
      .map((fd) => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))
  } catch {
    // Gone, or not ours to look at.
    return []
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

export function isAsking(info: string, ids: ReadonlySet<number>, devices: ReadonlySet<number>): boolean {
  return info.split('\n').some((line) => {
    if (!line.startsWith('fanotify ')) return false
    const mask = /\bmask:([0-9a-f]+)/.exec(line)?.[1]
    if (mask === undefined || (BigInt(`0x${mask}`) & asks) === 0n) return false
    const mount = /\bmnt_id:([0-9a-f]+)/.exec(line)?.[1]
    if (mount !== undefined) return ids.has(Number.parseInt(mount, 16))
    const device = /\bsdev:([0-9a-f]+)/.exec(line)?.[1]
    return device !== undefined && devices.has(Number.parseInt(device, 16))
  })
}

function programOf(pid: number): string {
  const path = linkOf(`/proc/${pid}/exe`)
  return path.slice(path.lastIndexOf('/') + 1) || '?'
}
