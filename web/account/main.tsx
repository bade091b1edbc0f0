import { RouterProvider } from '@tanstack/react-router'
import { ApiProblem } from '../design/client.ts'
import { queries, showApp } from '../design/start.tsx'
import { startTexts, wishedLanguage } from '../texts/texts.ts'
import { own } from './api.ts'
import { ownKey } from './own-query.ts'
import { createAccountRouter } from './router.tsx'

// As in the portal: language and theme are known before the first picture.
const person = await own.read().catch((error: unknown) => {
  if (error instanceof ApiProblem) return undefined
  throw error
})
if (person) queries.setQueryData(ownKey, person)
await startTexts(person?.language ?? wishedLanguage(navigator.languages))
const router = createAccountRouter()
// The typed paths of the router are the portal's (one program, one register); this app has six pages.
showApp(<RouterProvider router={router as never} />, person?.theme ?? 'system')
