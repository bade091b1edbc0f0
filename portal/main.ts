import { join } from 'node:path'
import { cookies } from '#architecture'
import type { Authorize, ErrorPage } from '#server/http'
import { createPlatform } from '#server/platform'
import { buildPortal, descriptions } from './build.ts'
import { createDemo } from './demo.ts'

// The platform takes requests only after `listen`, and by then the areas are built.
const built: { portal?: { authorize: Authorize; errorPage: ErrorPage } } = {}

const platform = createPlatform({
  program: 'portal',
  descriptions,
  cookies: cookies.filter(({ program }) => program === 'portal').map(({ name }) => name),
  authorize: (route, request) => built.portal!.authorize(route, request),
  errorPage: (problem, asked) => built.portal!.errorPage(problem, asked),
})
const portal = buildPortal(platform)
built.portal = portal
platform.http.serveWeb(join(import.meta.dirname, '..', 'web', 'dist', 'portal'), { prefix: '/', fallback: true })
const demo = platform.settings.text('VARTIO_DEMO') ? createDemo({ ...platform, ...portal }) : undefined
if (demo) platform.http.app.addHook('onClose', async () => demo.stop())
await platform.listen()
await portal.bookkeeping.begin()
await portal.staff.begin()
portal.ruleSets.start()
portal.commands.start()
await demo?.prepare()
demo?.run().catch((error: unknown) => platform.log.error('the demo could not be gone on with', { error }))
