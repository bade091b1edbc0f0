import type { Authorize, ErrorPage } from '#server/http'
import { createPlatform } from '#server/platform'
import { buildCloud, descriptions } from './build.ts'

// The platform takes requests only after `listen`, and by then the areas are built.
const built: { cloud?: { authorize: Authorize; errorPage: ErrorPage } } = {}

const platform = createPlatform({
  program: 'cloud',
  descriptions,
  cookies: [],
  authorize: (route, request) => built.cloud!.authorize(route, request),
  errorPage: (problem, asked) => built.cloud!.errorPage(problem, asked),
})
const cloud = buildCloud(platform)
built.cloud = cloud
await platform.listen()
cloud.start()
