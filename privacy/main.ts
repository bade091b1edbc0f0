import { cookies } from '#architecture'
import type { Authorize } from '#server/http'
import { createPlatform } from '#server/platform'
import { buildPrivacy } from './build.ts'

// The platform takes requests only after `listen`, and by then the areas are built.
const built: { privacy?: { authorize: Authorize } } = {}

const platform = createPlatform({
  program: 'privacy',
  cookies: cookies.filter(({ program }) => program === 'privacy').map(({ name }) => name),
  authorize: (route, request) => built.privacy!.authorize(route, request),
})
const privacy = buildPrivacy(platform)
built.privacy = privacy
await privacy.transparency.start()
await platform.listen()
