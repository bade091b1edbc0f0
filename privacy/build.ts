import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cookies } from '#architecture'
import { AppError } from '#base/errors'
import { createContact } from '#privacy/contact'
import { createHolds } from '#privacy/holds'
import { createNotices } from '#privacy/notices'
import { createPledges } from '#privacy/pledges'
import { createRequests } from '#privacy/requests'
import { createTransparency } from '#privacy/transparency'
import type { Authorize } from '#server/http'
import { pageRoutes } from '#server/page'
import type { Platform } from '#server/platform'
import { createErrorPage } from '#server/problem-page'
import { descriptions } from './data.ts'

export { descriptions } from './data.ts'

const isNumber = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Builds the areas in order: each gets only what was built before it. */
export function buildPrivacy(platform: Platform) {
  const { http } = platform
  const transparency = createTransparency(platform)
  // What the privacy office holds of somebody it holds under the number they have at identity.
  platform.rights.find(async (_sql, handle) =>
    isNumber.test(handle) ? { personId: handle, handle, addresses: [] } : undefined,
  )
  const requests = createRequests(platform, { transparency })
  const holds = createHolds(platform)
  const pledges = createPledges(platform, { transparency })
  const notices = createNotices(platform, { pledges })
  const contact = createContact(platform, { notices })
  http.register('pages', pageRoutes())
  http.register('pledges', pledges.routes)
  http.register('notices', notices.routes)
  http.register('contact', contact.routes)
  http.register('transparency', transparency.routes)
  http.register('requests', requests.routes)
  http.register('holds', holds.routes)
  // Before the database closes: what is under way finishes its round.
  http.app.addHook('onClose', async () => {
    await requests.stop()
    await transparency.stop()
  })

  platform.proveSelf({
    cookies: cookies.filter(({ program }) => program === 'privacy').map(({ name }) => name),
    descriptions,
    proofs: [transparency.proofs, holds.proofs, pledges.proofs],
    schema: readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8'),
  })

  const authorize: Authorize = async ({ permission }) => {
    if (permission === 'anyone') return { kind: 'nobody' }
    // Nobody signs in here yet, so nobody has a permission.
    throw new AppError('privacy.not_allowed', 403, 'Nobody may do this here.')
  }
  return { authorize, errorPage: createErrorPage('/'), transparency, requests, holds, pledges, notices, contact }
}
