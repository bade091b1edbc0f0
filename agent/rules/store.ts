import { join } from 'node:path'
import { AppError } from '#base/errors'
import { readOwn, writeWhole } from '#base/write-file'
import { openRuleStore as openStore } from '#engine/bundle'
import { keyOfPortal } from './portal-key.ts'

export type RuleStore = ReturnType<typeof openRuleStore>

/** `folder`: the guard's own. `known`: how the agent says that the portal signs; asked once. */
export function openRuleStore(folder: string, known: () => string | undefined) {
  const own = join(folder, 'rules')
  const keyFile = join(own, 'portal-key')

  /** The first one holds: whoever breaks into the agent later cannot name another. */
  function portalKey() {
    const kept = readOwn(keyFile)?.toString('utf8').trim()
    const raw = kept ?? known()
    if (raw === undefined) throw new AppError('rules.no_key', 409, 'This device is not enrolled.')
    if (kept === undefined) writeWhole(keyFile, raw)
    return keyOfPortal(raw)
  }

  const { take, ...store } = openStore(own, () => [portalKey()])
  return {
    ...store,
    /** From the agent's folder. */
    take: (from: string, sets: readonly unknown[], use: (bundles: readonly string[]) => Promise<void>) =>
      take((set) => readOwn(join(from, `${set}.bundle`)), sets, use),
  }
}
