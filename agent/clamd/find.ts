import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'

export type Place = {
  readonly sockets: readonly string[]
  /** Who may listen there: open files of everybody go to whoever does. */
  readonly uids: readonly number[]
}

export const debianConfig = '/etc/clamav/clamd.conf'
const debianSocket = '/run/clamav/clamd.ctl'
const mostBytes = 65_536

/** `LocalSocket` and `User` of its configuration, which is believed only where root alone, or who we are, may have written it. */
export function findClamd(config: string): Place {
  const text = readTrusted(config)
  const of = (name: string) => new RegExp(`^[ \\t]*${name}[ \\t]+(\\S{1,200})[ \\t]*$`, 'm').exec(text)?.[1]
  const socket = of('LocalSocket')
  const sockets = socket?.startsWith('/') ? [socket] : []
  if (config === debianConfig && socket !== debianSocket) sockets.push(debianSocket)
  const user = uidOf(of('User') ?? 'clamav')
  return { sockets, uids: [0, process.getuid?.() ?? 0, ...(user === undefined ? [] : [user])] }
}

function readTrusted(path: string): string {
  try {
    const fd = openSync(path, 'r')
    try {
      const { uid, mode, size } = fstatSync(fd)
      const isTrusted = (uid === 0 || uid === process.getuid?.()) && (mode & 0o022) === 0
      return isTrusted && size <= mostBytes ? readFileSync(fd, 'utf8') : ''
    } finally {
      closeSync(fd)
    }
  } catch {
    return ''
  }
}

function uidOf(name: string): number | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name}:`))
  const uid = Number(line?.split(':')[2] ?? Number.NaN)
  return Number.isSafeInteger(uid) ? uid : undefined
}
