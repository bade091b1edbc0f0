import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createGate } from '#cloud/gate'
import { createVerdicts } from '#cloud/verdicts'
import { pageRoutes } from '#server/page'
import type { Platform } from '#server/platform'
import { descriptions } from './data.ts'

export { descriptions } from './data.ts'

/** What an anonymous question may reach; everything else is a page, a probe or a signed call of the privacy office. */
const behindTheGate = ['verdicts']

/** Builds the areas in order: each gets only what was built before it. */
export function buildCloud(platform: Platform) {
  const { http } = platform
  // Nobody has a number here: whoever asks for somebody's data is told that there is none.
  platform.rights.find(async () => undefined)
  const gate = createGate(platform)
  gate.guard(http, behindTheGate)
  const verdicts = createVerdicts(platform)
  http.register('pages', pageRoutes(platform.urls.privacy))
  http.register('gate', gate.routes)
  http.register('verdicts', verdicts.routes)
  // Before the database closes: what is under way finishes its round.
  http.app.addHook('onClose', async () => {
    await verdicts.stop()
  })
  platform.proveSelf({
    cookies: [],
    descriptions,
    proofs: [gate.proofs, verdicts.proofs],
    schema: readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8'),
  })
  return { authorize: gate.authorize, errorPage: gate.errorPage, verdicts }
}
