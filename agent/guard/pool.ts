import { type Channel, closeFd, openChannel } from '#agent/kernel'
import type { Answer, Ready } from '#agent/scanner'
import type { Job } from './job.ts'

export type Slot = {
  pid: number
  socket: number
  channel: Channel
  isReady: boolean
  startMs: number
  job: Job | undefined
  freeSince: number
}

/** Scanners at work, seen from the thread that decides. Each has at most one file at a time. */
export function createPool(most: number) {
  const slots = new Map<number, Slot>()
  let isAsked = false
  return {
    bySocket: (socket: number) => slots.get(socket),
    byPid: (pid: number) => [...slots.values()].find((slot) => slot.pid === pid),
    all: () => [...slots.values()],
    /** Whether to ask for one more; at most one is under way. */
    wantsMore(): boolean {
      if (isAsked || slots.size >= most) return false
      isAsked = true
      return true
    },
    add(pid: number, socket: number, now: number): void {
      isAsked = false
      const channel = openChannel(socket, { waits: false })
      slots.set(socket, { pid, socket, channel, isReady: false, startMs: 0, job: undefined, freeSince: now })
    },
    free: () => [...slots.values()].find((slot) => slot.isReady && slot.job === undefined),
    /** Closes our end, which ends the scanner. */
    remove(slot: Slot): void {
      slots.delete(slot.socket)
      closeFd(slot.socket)
    },
    read(slot: Slot): Ready | Answer | 'closed' | undefined {
      const got = slot.channel.receive()
      if (got === undefined || got === 'closed') return got
      // A scanner that has been taken over may send descriptors to fill ours up.
      if (got.fd !== undefined) closeFd(got.fd)
      return got.message as Ready | Answer
    },
  }
}
