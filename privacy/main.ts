import { cookies } from '#architecture'
import type { Authorize, ErrorPage } from '#server/http'
import { createPlatform } from '#server/platform'
import { buildPrivacy, descriptions } from './build.ts'

// The platform takes requests only after `listen`, and by then the areas are built.
const built: { privacy?: { authorize: Authorize; errorPage: ErrorPage } } = {}

const platform = createPlatform({
  program: 'privacy',
  descriptions,
  cookies: cookies.filter(({ program }) => program === 'privacy').map(({ name }) => name),
  authorize: (route, request) => built.privacy!.authorize(route, request),
  errorPage: (problem, asked) => built.privacy!.errorPage(problem, asked),
})
const privacy = buildPrivacy(platform)
built.privacy = privacy
await privacy.transparency.start()
privacy.requests.start()
await platform.listen()
await privacy.pledges.begin()
