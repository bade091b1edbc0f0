import { closeSync, constants, openSync } from 'node:fs'
import { addressOf, errno, libc, must, syscall } from './libc.ts'

// What a process gives up for good, for itself and all it becomes: the network, its user, new rights, and every file but a few.

const numbers = { createRuleset: 444, addRule: 445, restrictSelf: 446 }
const limit = { cpuSeconds: 0, fileBytes: 1, dataBytes: 2, coreBytes: 4, openFiles: 7, addressBytes: 9 } as const

export type ResourceLimits = Partial<Record<keyof typeof limit, number>>

export type Confinement = {
  /** Undefined where whoever calls is an ordinary user already. */
  account?: { uid: number; gid: number }
  limits: ResourceLimits
  /** Files and folders that may still be read and run by path; everything else only through descriptors that were handed over. */
  readable: readonly string[]
}

/** Which walls stand; what this kernel or user does not have is missing in the list. */
export type Walls = ('network' | 'user' | 'files')[]

/**
 * Only for a process that becomes another right after (execve): the network, files and new rights are given up by this thread, and by what follows it.
 * Root gives up the rest of being root on the way.
 */
export function confine({ account, limits, readable }: Confinement): Walls {
  const walls: Walls = []
  const hasOwnNetwork = leaveNetwork(account === undefined)
  setLimits(limits)
  if (account !== undefined && becomeUser(account)) walls.push('user')
  const noNewPrivileges = 38
  must(
    'promise that it takes no new rights',
    libc('int prctl(int option, ulong a, ulong b, ulong c, ulong d)')(noNewPrivileges, 1, 0, 0, 0),
  )
  // Two ways to the same: where a service may make no namespaces, the kernel refuses it sockets.
  if (refuseSockets() || hasOwnNetwork) walls.push('network')
  if (closeFiles(readable)) walls.push('files')
  return walls
}

/** An empty network of its own. An ordinary user gets one only inside a user namespace, where the machine allows those. */
function leaveNetwork(asOrdinary: boolean): boolean {
  const [newNetwork, newIpc, newUser] = [0x40000000, 0x08000000, 0x10000000]
  const unshare = libc('int unshare(int flags)')
  return unshare(newNetwork | newIpc) === 0 || (asOrdinary && unshare(newUser | newNetwork | newIpc) === 0)
}

/**
 * No socket can be opened from here on (seccomp(2)), nor anything that could open one without that call (io_uring), nor by the numbers of another
 * kind of program (x32). What was handed over stays usable. False where this processor's numbers are not known or the kernel has no filters.
 */
function refuseSockets(): boolean {
  const machines = { x64: { number: 0xc000003e, socket: 41 }, arm64: { number: 0xc00000b7, socket: 198 } } as const
  const machine = machines[process.arch as keyof typeof machines]
  if (machine === undefined) return false
  const [load, equal, atLeast, answer] = [0x20, 0x15, 0x35, 0x06]
  const [allowed, notPermitted, killed] = [0x7fff0000, 0x00050001, 0x80000000]
  const [ofNumber, ofMachine, ioUring, otherKind] = [0, 4, 425, 0x40000000]
  const program = [
    [load, 0, 0, ofMachine],
    [equal, 1, 0, machine.number],
    [answer, 0, 0, killed],
    [load, 0, 0, ofNumber],
    [atLeast, 3, 0, otherKind],
    [equal, 2, 0, machine.socket],
    [equal, 1, 0, ioUring],
    [answer, 0, 0, allowed],
    [answer, 0, 0, notPermitted],
  ]
  const code = Buffer.alloc(program.length * 8)
  for (const [at, [operation = 0, then = 0, otherwise = 0, value = 0]] of program.entries()) {
    code.writeUInt16LE(operation, at * 8)
    code.writeUInt8(then, at * 8 + 2)
    code.writeUInt8(otherwise, at * 8 + 3)
    code.writeUInt32LE(value, at * 8 + 4)
  }
  const filter = Buffer.alloc(16)
  filter.writeUInt16LE(program.length, 0)
  filter.writeBigUInt64LE(addressOf(code), 8)
  const [setFilter, byProgram] = [22, 2]
  return (
    libc('int prctl(int option, ulong a, void *filter, ulong c, ulong d)')(setFilter, byProgram, filter, 0, 0) === 0
  )
}

function setLimits(limits: ResourceLimits): void {
  const pair = Buffer.alloc(16)
  for (const [name, most] of Object.entries(limits) as [keyof typeof limit, number][]) {
    pair.writeBigUInt64LE(BigInt(most), 0)
    pair.writeBigUInt64LE(BigInt(most), 8)
    must('set a limit', libc('int setrlimit(int resource, void *limit)')(limit[name], pair))
  }
}

/** The C library changes the user of every thread; the kernel alone would change this one’s. */
function becomeUser({ uid, gid }: { uid: number; gid: number }): boolean {
  must('leave groups', libc('int setgroups(size_t count, void *groups)')(0, null))
  must('change the group', libc('int setresgid(uint r, uint e, uint s)')(gid, gid, gid))
  must('change the user', libc('int setresuid(uint r, uint e, uint s)')(uid, uid, uid))
  return true
}

/** Landlock (since Linux 5.13): all rights to files that this kernel can take away, but reading and running below `readable`. */
function closeFiles(readable: readonly string[]): boolean {
  const create = syscall('landlock_create_ruleset', 'void *attributes, size_t size, uint flags')
  const version = create(numbers.createRuleset, null, 0, 1)
  if (version < 1) return false
  const rights = (1n << BigInt(version >= 5 ? 16 : version >= 3 ? 15 : version >= 2 ? 14 : 13)) - 1n
  const [execute, readFile, readFolder] = [1n, 4n, 8n]
  const attributes = Buffer.alloc(24)
  attributes.writeBigUInt64LE(rights, 0)
  if (version >= 4) attributes.writeBigUInt64LE(3n, 8) // binding and connecting TCP
  if (version >= 6) attributes.writeBigUInt64LE(3n, 16) // abstract sockets, signals to others
  const ruleset = must(
    'make a rule set of Landlock',
    create(numbers.createRuleset, attributes, version >= 6 ? 24 : version >= 4 ? 16 : 8, 0),
  )
  for (const path of readable) allow(ruleset, path, execute | readFile | readFolder, execute | readFile)
  const done = syscall('landlock_restrict_self', 'int ruleset, uint flags')(numbers.restrictSelf, ruleset, 0)
  closeSync(ruleset)
  must('close its files', done)
  return true
}

function allow(ruleset: number, path: string, ofFolder: bigint, ofFile: bigint): void {
  const onlyPath = 0o10000000 // O_PATH
  let fd: number
  try {
    fd = openSync(path, onlyPath | constants.O_RDONLY)
  } catch {
    // A machine without /lib64 has no need of it.
    return
  }
  const rule = Buffer.alloc(12)
  rule.writeInt32LE(fd, 8)
  const add = syscall('landlock_add_rule', 'int ruleset, int type, void *rule, uint flags')
  const [beneath, invalid] = [1, 22]
  rule.writeBigUInt64LE(ofFolder, 0)
  let done = add(numbers.addRule, ruleset, beneath, rule, 0)
  if (done < 0 && errno() === invalid) {
    // It is a file: rights to folders mean nothing on it.
    rule.writeBigUInt64LE(ofFile, 0)
    done = add(numbers.addRule, ruleset, beneath, rule, 0)
  }
  closeSync(fd)
  must('open one path in a rule set', done)
}

/** Descriptors that shall live through execve: Node marks all it was born with to be closed. */
export function keepOpen(fd: number): void {
  const setFlags = 2
  must('keep a descriptor open', libc('int fcntl(int fd, int command, int flags)')(fd, setFlags, 0))
}
