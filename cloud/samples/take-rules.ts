import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '#base/log'
import { describeNoteKey } from '#base/signed-note'
import { readOwn } from '#base/write-file'
import { openRuleStore, type RuleStore, signedAs } from '#engine/bundle'
import { readPublicCallKey } from '#server/call-keys'
import type { Examiner } from './examiner.ts'

const bundleFile = /^rules-([a-z0-9][a-z0-9._-]{0,60})\.bundle$/

export type SampleRules = Pick<RuleStore, 'bundles' | 'inUse' | 'refused'> & {
  /** Looks at what the supervisor has laid down, and takes it into use when it is other than before. */
  look(examiner: Pick<Examiner, 'use'>): Promise<void>
}

/**
 * The provider's rule sets in the Cloud: each is a bundle that the portal has signed, carried here by the supervisor. What is not signed, older, or does not come up in
 * the process that looks into samples, is left out; the version before goes on.
 */
export function openSampleRules(folder: string, publicFolder: string, log: Log): SampleRules {
  const store = openRuleStore(join(folder, 'rules'), () => {
    const key = readPublicCallKey(publicFolder, 'portal')
    return key ? [describeNoteKey(signedAs, key)] : []
  })
  // Whatever it was refused for may be mended by the version that runs now.
  store.retry()
  let seen = ''
  return {
    bundles: store.bundles,
    inUse: store.inUse,
    refused: store.refused,
    async look(examiner) {
      const sets = readdirSync(folder).flatMap((name) => bundleFile.exec(name)?.[1] ?? [])
      const pathOf = (set: string) => join(folder, `rules-${set}.bundle`)
      const now = sets.map((set) => `${set} ${statSync(pathOf(set)).mtimeMs}`).join('\n')
      if (now === seen) return
      const before = JSON.stringify(store.inUse())
      try {
        await store.take(
          (set) => readOwn(pathOf(set)),
          sets,
          (bundles) => examiner.use(bundles),
        )
      } catch (error) {
        log.warn('a rule set cannot be used for samples; the one before goes on', { area: 'samples', error })
        // Nothing could be tried: the next look does.
        if ((error as { status?: unknown }).status === 503) return
      }
      seen = now
      if (JSON.stringify(store.inUse()) !== before)
        log.info('samples are looked into by other rules', { count: store.inUse().length })
    },
  }
}
