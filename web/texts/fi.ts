import { account } from './fi/account.ts'
import { collected } from './fi/collected.ts'
import { entry } from './fi/entry.ts'
import { fleet } from './fi/fleet.ts'
import { handling } from './fi/handling.ts'
import { health } from './fi/health.ts'
import { ownData } from './fi/own-data.ts'
import { partners } from './fi/partners.ts'
import { portal } from './fi/portal.ts'
import { problems } from './fi/problems.ts'
import { receivers } from './fi/receivers.ts'
import { reports } from './fi/reports.ts'
import { standards } from './fi/standards.ts'
import { subscriptions } from './fi/subscriptions.ts'
import { support } from './fi/support.ts'

import { words } from './fi/words.ts'

/** Finnish comes first: its keys are the keys. */
export const fi = {
  ...words,
  ...entry,
  ...portal,
  ...account,
  ...ownData,
  ...fleet,
  health,
  standards,
  reports,
  ...partners,
  ...handling,
  ...subscriptions,
  ...collected,
  ...receivers,
  support,
  problems,
}

type Shape<T> = { [K in keyof T]: T[K] extends string ? string : Shape<T[K]> }

/** What another language must have: every key, and none besides. */
export type Texts = Shape<typeof fi>
