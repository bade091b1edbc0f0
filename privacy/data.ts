import { data as platform } from '#server/data'
import type { Description } from '#server/describe'
import { data as contact } from './contact/data.ts'
import { data as holds } from './holds/data.ts'
import { data as notices } from './notices/data.ts'
import { data as pledges } from './pledges/data.ts'
import { data as requests } from './requests/data.ts'
import { data as transparency } from './transparency/data.ts'

/** What this program keeps, in the order in which its areas are built: what hangs on another comes after it. A person is shown it in this order. */
export const descriptions: readonly Description[] = [
  transparency,
  requests,
  holds,
  pledges,
  notices,
  contact,
  ...platform,
]
