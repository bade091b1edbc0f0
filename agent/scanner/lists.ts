import { join } from 'node:path'
import { AppError } from '#base/errors'
import type { KnownBad, KnownGood } from '#engine'
import { openKnownBad, openKnownGood } from '#engine/known'
import type { Lists, Suspect } from './settings.ts'

/** As the agent writes them. */
const listFiles = { bad: 'known-bad', good: 'known-good' } as const

export type OpenLists = {
  /** Which lists these are: verdicts given by others are none. */
  readonly version: string
  readonly knownBad: KnownBad
  readonly knownGood: KnownGood
  /** What the filter has said yes to since the last time: nobody here may ask on, so whoever wanted the verdict does. */
  takeSuspects(): Suspect[]
  close(): void
}

/** The lists of the Security Cloud as they lie there now. A list that is missing, damaged or signed by nobody we know is an empty one. */
export function openLists({ folder, keys }: Lists): OpenLists {
  const bad = openOne(() => openKnownBad(join(folder, listFiles.bad), { key: keys }))
  const good = openOne(() => openKnownGood(join(folder, listFiles.good), { key: keys }))
  const suspects = new Map<string, Suspect>()
  return {
    version: `${bad?.version ?? ''} ${good?.version ?? ''}`,
    knownBad: {
      async find(sha256, place) {
        if (bad?.mayHave(Buffer.from(sha256, 'hex')) && !suspects.has(sha256)) suspects.set(sha256, { sha256, place })
        // The filter alone condemns nothing.
        return undefined
      },
    },
    knownGood: { has: (sha256) => good?.has(Buffer.from(sha256, 'hex')) ?? false },
    takeSuspects() {
      const taken = [...suspects.values()]
      suspects.clear()
      return taken
    },
    close() {
      bad?.close()
      good?.close()
    },
  }
}

function openOne<List>(open: () => List): List | undefined {
  try {
    return open()
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}
