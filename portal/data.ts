import { data as platform } from '#server/data'
import type { Description } from '#server/describe'
import { data as apiKeys } from './api-keys/data.ts'
import { data as audit } from './audit/data.ts'
import { data as bookkeeping } from './bookkeeping/data.ts'
import { data as commands } from './commands/data.ts'
import { data as companySignIn } from './company-sign-in/data.ts'
import { data as contact } from './contact/data.ts'
import { data as contracts } from './contracts/data.ts'
import { data as declarations } from './declarations/data.ts'
import { data as detections } from './detections/data.ts'
import { data as devices } from './devices/data.ts'
import { data as holds } from './holds/data.ts'
import { data as invitations } from './invitations/data.ts'
import { data as officers } from './officers/data.ts'
import { data as organizations } from './organizations/data.ts'
import { data as overview } from './overview/data.ts'
import { data as people } from './people/data.ts'
import { data as policies } from './policies/data.ts'
import { data as receivers } from './receivers/data.ts'
import { data as removals } from './removals/data.ts'
import { data as reports } from './reports/data.ts'
import { data as requests } from './requests/data.ts'
import { data as ruleSets } from './rule-sets/data.ts'
import { data as sessions } from './sessions/data.ts'
import { data as setUp } from './set-up/data.ts'
import { data as staff } from './staff/data.ts'
import { data as standards } from './standards/data.ts'
import { data as subscriptions } from './subscriptions/data.ts'
import { data as technicalLog } from './technical-log/data.ts'
import { data as upstreams } from './upstreams/data.ts'

/** What this program keeps, in the order in which its areas are built: what hangs on another comes after it. A person is shown it in this order. */
export const descriptions: readonly Description[] = [
  audit,
  organizations,
  people,
  sessions,
  invitations,
  setUp,
  subscriptions,
  policies,
  ruleSets,
  devices,
  detections,
  overview,
  standards,
  contact,
  holds,
  requests,
  contracts,
  upstreams,
  technicalLog,
  officers,
  bookkeeping,
  apiKeys,
  receivers,
  commands,
  staff,
  companySignIn,
  removals,
  reports,
  declarations,
  ...platform,
]
