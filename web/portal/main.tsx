import { RouterProvider } from '@tanstack/react-router'
import { ApiProblem } from '../design/client.ts'
import { queries, showApp } from '../design/start.tsx'
import { startTexts, wishedLanguage } from '../texts/texts.ts'
import { session } from './api.ts'
import { reloadOnNewToken, takeToken } from './entry/token.ts'
import { createPortalRouter } from './router.tsx'
import { sessionKey } from './session.ts'

const token = takeToken()
reloadOnNewToken()

// One question before the first picture: language and theme are the account's, and a page in the wrong one would flash.
const organization = new URLSearchParams(location.search).get('organization') ?? undefined
const current = await session.read(organization).catch((error: unknown) => {
  // Not signed in, or no answer: the page itself asks again and says which.
  if (error instanceof ApiProblem) return undefined
  throw error
})
if (current) queries.setQueryData(organization ? [...sessionKey, organization] : sessionKey, current)
await startTexts(current?.person.language ?? wishedLanguage(navigator.languages))
showApp(<RouterProvider router={createPortalRouter(token)} />, current?.person.theme ?? 'system')
