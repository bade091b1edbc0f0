import { account } from './en/account.ts'
import { collected } from './en/collected.ts'
import { entry } from './en/entry.ts'
import { fleet } from './en/fleet.ts'
import { handling } from './en/handling.ts'
import { health } from './en/health.ts'
import { ownData } from './en/own-data.ts'
import { partners } from './en/partners.ts'
import { portal } from './en/portal.ts'
import { problems } from './en/problems.ts'
import { receivers } from './en/receivers.ts'
import { reports } from './en/reports.ts'
import { standards } from './en/standards.ts'
import { subscriptions } from './en/subscriptions.ts'
import { support } from './en/support.ts'

import { words } from './en/words.ts'
import type { Texts } from './fi.ts'

export const en = {
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
} satisfies Texts
