import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import type { SignInPurpose } from '#portal/sessions/api'
import { isSession, queries } from '../design/start.tsx'
import { tellProblem } from '../design/toasts.ts'
import { changeLanguage } from '../texts/texts.ts'
import { type Membership, type Permission, type Session, session } from './api.ts'

export const sessionKey = ['session'] as const

/** With the organisation of the address, also where one is no member: what one may do there is told with the rest. */
export function useSessionQuery() {
  const { organization } = useSearch({ strict: false })
  return useQuery({
    queryKey: organization ? [...sessionKey, organization] : sessionKey,
    queryFn: () => session.read(organization),
    meta: isSession,
    staleTime: 60_000,
    retry: false,
    // From one organisation of one's own to another nothing new has to be known.
    placeholderData: (before: Session | undefined) =>
      before?.organizations.some(({ organizationId }) => organizationId === organization) ? before : undefined,
  })
}

/** Inside the signed-in pages: the shell has seen to it that there is one. */
export function useSession(): Session {
  const { data } = useSessionQuery()
  if (!data) throw new Error('a signed-in page without a session')
  return data
}

/** The organisation one is looking at: named in the address when it is not the first, so that a reload keeps it. */
export function useOrganization(): Membership {
  const { organizations } = useSession()
  const { organization } = useSearch({ strict: false })
  const found = organizations.find((one) => one.organizationId === organization) ?? organizations[0]
  if (!found) throw new Error('a page of an organisation for a member of none')
  return found
}

export function useMay(permission: Permission): boolean {
  return useOrganization().permissions.includes(permission)
}

export async function refreshSession(): Promise<void> {
  await queries.invalidateQueries({ queryKey: sessionKey })
  const [, known] = queries.getQueriesData<Session>({ queryKey: sessionKey, type: 'active' })[0] ?? []
  const language = known?.person.language
  if (language) await changeLanguage(language)
}

/** Identity's pages come next, in the language of this one. */
export function goSignIn(purpose: SignInPurpose = 'ordinary'): void {
  const asked = new URLSearchParams({ purpose, ui_locales: document.documentElement.lang })
  // Where one was going. Of the rest of the address nothing: what somebody searches for does not travel.
  const organization = new URLSearchParams(location.search).get('organization')
  if (purpose === 'ordinary') asked.set('to', location.pathname + (organization ? `?organization=${organization}` : ''))
  location.assign(`/sign-in/begin?${asked}`)
}

/** The session here ends first; `next` is where identity ends its own. */
export const signOut = (): Promise<void> => session.signOut().then(({ next }) => location.assign(next), tellProblem)
