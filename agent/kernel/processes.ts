import { libc, must, syscall } from '#engine/confined'

const numbers = { pidfdSendSignal: 424, pidfdOpen: 434 }

/** A process that cannot be mistaken for a later one of the same number; undefined when it is gone. */
export function openProcess(pid: number): number | undefined {
  const fd = syscall('pidfd_open', 'int pid, uint flags')(numbers.pidfdOpen, pid, 0)
  return fd < 0 ? undefined : fd
}

export const signalProcess = (pidfd: number, signal: number): boolean =>
  syscall('pidfd_send_signal', 'int pidfd, int signal, void *info, uint flags')(
    numbers.pidfdSendSignal,
    pidfd,
    signal,
    null,
    0,
  ) === 0

/** From -20 (first) to 19 (when nobody else wants to). False where we may not. */
export const setPriority = (pid: number, nice: number): boolean =>
  libc('int setpriority(int which, uint who, int priority)')(0, pid, nice) === 0

/** Only when nobody else wants a processor, nor the disk; or as everybody. The kernel derives the one from the other (ioprio_set(2)). */
export function setIdle(pid: number, isIdle: boolean): boolean {
  const [everybody, idle] = [0, 5]
  const call = libc('int sched_setscheduler(int pid, int policy, void *parameters)')
  return call(pid, isIdle ? idle : everybody, Buffer.alloc(4)) === 0
}

export type DeadMansSwitch = { hold(milliseconds: number): void; release(): void }

/**
 * The kernel kills this whole process when it is not held again in time, even while it is stopped (SIGSTOP) or hangs: its descriptors close, and what
 * waited for an answer goes on. No second process is needed to watch, so there is none that could itself be stopped.
 */
export function createDeadMansSwitch(): DeadMansSwitch {
  const [kill, monotonic] = [9, 1]
  const event = Buffer.alloc(64)
  event.writeInt32LE(kill, 8)
  const timer = Buffer.alloc(8)
  must('make a timer', libc('int timer_create(int clock, void *event, void *timer)')(monotonic, event, timer))
  const id = timer.readBigInt64LE()
  const settime = libc('int timer_settime(int64_t timer, int flags, void *time, void *old)')
  const time = Buffer.alloc(32)
  const hold = (milliseconds: number) => {
    time.writeBigInt64LE(BigInt(Math.floor(milliseconds / 1_000)), 16)
    time.writeBigInt64LE(BigInt(milliseconds % 1_000) * 1_000_000n, 24)
    settime(id, 0, time, null)
  }
  return { hold, release: () => hold(0) }
}

/** Files that wait for their verdict are held open: as many as this process may have. */
export function raiseOpenFiles(wanted: number): void {
  const openFiles = 7
  const pair = Buffer.alloc(16)
  must('say how many files may be open', libc('int getrlimit(int resource, void *limit)')(openFiles, pair))
  const hard = pair.readBigUInt64LE(8)
  const most = process.getuid?.() === 0 && hard < BigInt(wanted) ? BigInt(wanted) : hard
  pair.writeBigUInt64LE(most < BigInt(wanted) ? most : BigInt(wanted), 0)
  pair.writeBigUInt64LE(most, 8)
  // Where even that is refused, less is held.
  libc('int setrlimit(int resource, void *limit)')(openFiles, pair)
}
