import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createFilter } from '#cloud/filter'
import { createGate } from '#cloud/gate'
import { createLists } from '#cloud/lists'
import { createSamples } from '#cloud/samples'
import { createVerdicts } from '#cloud/verdicts'
import { pageRoutes } from '#server/page'
import type { Platform } from '#server/platform'
import { descriptions } from './data.ts'

export { descriptions } from './data.ts'

/** What an anonymous question may reach; everything else is a page, a probe or a signed call of the privacy office. */
const behindTheGate = ['verdicts', 'filter', 'samples']

/** Builds the areas in order: each gets only what was built before it. */
export function buildCloud(platform: Platform, options: Parameters<typeof createSamples>[2] = {}) {
  const { http } = platform
  // Nobody has a number here: whoever asks for somebody's data is told that there is none.
  platform.rights.find(async () => undefined)
  const gate = createGate(platform)
  gate.guard(http, behindTheGate)
  const verdicts = createVerdicts(platform)
  const filter = createFilter(platform, verdicts)
  const lists = createLists(platform, verdicts)
  const samples = createSamples(platform, verdicts, options)
  http.register('pages', pageRoutes(platform.urls.privacy))
  http.register('gate', gate.routes)
  http.register('verdicts', verdicts.routes)
  http.register('filter', filter.routes)
  http.register('samples', samples.routes)
  // Before the database closes: what is under way finishes its round.
  http.app.addHook('onClose', async () => {
    await Promise.all([samples.stop(), lists.stop(), filter.stop(), samples.settled()])
    await verdicts.stop()
  })
  platform.proveSelf({
    cookies: [],
    descriptions,
    proofs: [gate.proofs, verdicts.proofs],
    schema: readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8'),
  })
  const start = () => {
    verdicts.start()
    filter.start()
    lists.start()
    samples.start()
  }
  return { authorize: gate.authorize, errorPage: gate.errorPage, verdicts, filter, lists, samples, start }
}
