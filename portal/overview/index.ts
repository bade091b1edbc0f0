import type { Database } from '#server/database'
import type { Route } from '#server/routes'
import type { Uses } from './overview.ts'
import { routes } from './routes.ts'

export function createOverview(
  { database, mail }: { readonly database: Database; readonly mail: { readonly hasInbox: boolean } },
  uses: Pick<Uses, 'organizations' | 'people' | 'invitations' | 'devices' | 'detections' | 'contact'>,
): { readonly routes: readonly Route[] } {
  return { routes: routes({ database, hasInbox: mail.hasInbox, ...uses }) }
}
