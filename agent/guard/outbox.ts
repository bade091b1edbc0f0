import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '#base/write-file'
import type { GuardEvent } from './events.ts'

const mostTold = 5_000

type Prepared = GuardEvent & { isOnlyPrepared?: true }

/**
 * Events until somebody has taken them, on disk: what was done to a file is told even if the power goes in between. What was told once is not told
 * again, though the file be met again.
 */
export function openOutbox(folder: string, take: (event: GuardEvent) => Promise<void> | void) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const pathOf = (id: string) => join(folder, `${id}.json`)
  const toldPath = join(folder, 'told')
  const told = new Set<string>(readTold())
  let chain = Promise.resolve()

  function readTold(): string[] {
    try {
      return readFileSync(toldPath, 'utf8').split('\n').filter(Boolean)
    } catch {
      return []
    }
  }
  const hand = (event: GuardEvent) => {
    chain = chain.then(async () => {
      await take(event)
      rmSync(pathOf(event.id), { force: true })
    })
    // Whoever takes was away: the file stays, and is told at the next start.
    chain = chain.catch(() => undefined)
  }
  return {
    isTold: (id: string) => told.has(id),
    /** Before something is done that `tell` says afterwards: should we end in between, `resume` finds out whether it was done. */
    prepare: (event: GuardEvent) =>
      void writeWhole(pathOf(event.id), JSON.stringify({ ...event, isOnlyPrepared: true })),
    tell(event: GuardEvent): void {
      if (told.has(event.id)) return
      writeWhole(pathOf(event.id), JSON.stringify(event))
      told.add(event.id)
      if (told.size > mostTold) told.delete(told.values().next().value as string)
      writeWhole(toldPath, [...told].join('\n'))
      hand(event)
    },
    /** What was left from the life before. What was prepared and not done is met again where it lies. */
    resume(isTaken: (quarantineId: string) => boolean): void {
      for (const name of readdirSync(folder)) {
        if (!name.endsWith('.json')) continue
        const path = join(folder, name)
        const { isOnlyPrepared, ...event } = JSON.parse(readFileSync(path, 'utf8')) as Prepared
        if (!isOnlyPrepared) {
          told.add(event.id)
          hand(event)
        } else if (event.kind === 'detection' && isTaken(event.id) && !told.has(event.id))
          this.tell({ ...event, done: 'quarantined', quarantineId: event.id })
        else rmSync(path)
      }
    },
    settled: () => chain,
  }
}

export type Outbox = ReturnType<typeof openOutbox>
