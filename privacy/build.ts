import { AppError } from '#base/errors'
import { createTransparency } from '#privacy/transparency'
import type { Authorize } from '#server/http'
import { pageRoutes } from '#server/page'
import type { Platform } from '#server/platform'
import { createErrorPage } from '#server/problem-page'

/** Builds the areas in order: each gets only what was built before it. */
export function buildPrivacy(platform: Platform) {
  const { http } = platform
  const transparency = createTransparency(platform)
  http.register('pages', pageRoutes)
  http.register('transparency', transparency.routes)
  // Before the database closes: the writer finishes its round.
  http.app.addHook('onClose', () => transparency.stop())

  const authorize: Authorize = async ({ permission }) => {
    if (permission === 'anyone') return { kind: 'nobody' }
    // Nobody signs in here yet, so nobody has a permission.
    throw new AppError('privacy.not_allowed', 403, 'Nobody may do this here.')
  }
  return { authorize, errorPage: createErrorPage('/'), transparency }
}
