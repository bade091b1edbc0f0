import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isWithin } from './exclusions.ts'

/** File systems whose files are the kernel's own, or no files at all. */
const unguarded = new Set([
  'proc', 'sysfs', 'devtmpfs', 'devpts', 'cgroup', 'cgroup2', 'debugfs', 'tracefs', 'securityfs', 'bpf', 'pstore', 'mqueue', 'hugetlbfs',
  'configfs', 'fusectl', 'rpc_pipefs', 'nsfs', 'autofs', 'efivarfs', 'binfmt_misc', 'selinuxfs', 'smackfs', 'sockfs', 'pipefs', 'resctrl',
]) // biome-ignore format: a list reads better in lines than in a column

export type Mount = { id: number; device: string; path: string; type: string; isOfUser?: true }

/**
 * A file system whose server is a program of an ordinary user (FUSE): it could keep us waiting inside each open, and answer us otherwise than whoever runs
 * the file. A verdict about it would be worth nothing, so we neither decide over it nor look into it.
 */
const isOfUser = (type: string, options: string) => /^fuse/.test(type) && /(^|,)user_id=[1-9]/.test(options)

const withoutEscapes = (text: string) =>
  text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)))

/** proc(5), /proc/PID/mountinfo: id parent major:minor root path options [optional…] - type source options */
export function parseMounts(text: string): Mount[] {
  const mounts: Mount[] = []
  for (const line of text.split('\n')) {
    const [before = '', after = ''] = line.split(' - ')
    const [id, , device, , path] = before.split(' ')
    const [type, , options = ''] = after.split(' ')
    if (!id || !device || !path || !type) continue
    const mount = { id: Number(id), device, path: withoutEscapes(path), type }
    mounts.push(isOfUser(type, options) ? { ...mount, isOfUser: true } : mount)
  }
  return mounts
}

/** Every mount of a file system that holds files of somebody's; with a list, only those mounted exactly there. */
export function listMounts(wanted: 'all' | readonly string[]): Mount[] {
  return parseMounts(readFileSync('/proc/self/mountinfo', 'utf8')).filter(
    ({ path, type, isOfUser }) => !isOfUser && (wanted === 'all' ? !unguarded.has(type) : wanted.includes(path)),
  )
}

/** Where another file system begins below a folder. Whoever goes through the one around it does not get there. */
export function mountsBelow(folder: string, mounts = listMounts('all')): string[] {
  const below = mounts.filter(
    ({ path, device }) => path !== folder && isWithin(path, folder) && deviceAt(dirname(path), mounts) !== device,
  )
  return [...new Set(below.map(({ path }) => path))]
}

/** Of several at one place the last is on top. */
const deviceAt = (place: string, mounts: readonly Mount[]) =>
  mounts
    .filter(({ path }) => isWithin(place, path))
    .toSorted((a, b) => a.path.length - b.path.length)
    .at(-1)?.device

/** Of this machine alone: what is served over a network, plugged in or a person's own mount is others' too. */
const ofMachine = new Set(['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'zfs', 'f2fs', 'bcachefs', 'tmpfs', 'overlay'])

/** Whether what lies at a path, which nobody touches for it, lies on a file system of this machine. */
export function whatIsOfMachine(mountinfo = readFileSync('/proc/self/mountinfo', 'utf8')): (path: string) => boolean {
  const mounts = parseMounts(mountinfo)
  return (path) => {
    const over = mounts.filter((mount) => isWithin(path, mount.path))
    const nearest = Math.max(...over.map((mount) => mount.path.length))
    // Of several at one place the last is on top.
    return ofMachine.has(over.findLast((mount) => mount.path.length === nearest)?.type ?? '')
  }
}
