import { join } from 'node:path'
import type { Authorize, ErrorPage } from '#server/http'
import { createPlatform } from '#server/platform'
import { buildIdentity, cookieNames, descriptions } from './build.ts'

// The platform takes requests only after `listen`, and by then the areas are built.
const built: { identity?: { authorize: Authorize; errorPage: ErrorPage } } = {}

const platform = createPlatform({
  program: 'identity',
  descriptions,
  cookies: cookieNames.site,
  pathCookies: cookieNames.path,
  authorize: (route, request) => built.identity!.authorize(route, request),
  errorPage: (problem, asked) => built.identity!.errorPage(problem, asked),
})
built.identity = await buildIdentity(platform)
platform.http.serveWeb(join(import.meta.dirname, '..', 'web', 'dist', 'account'), {
  prefix: '/account/',
  fallback: true,
})
await platform.listen()
