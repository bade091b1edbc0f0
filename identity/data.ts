import { data as platform } from '#server/data'
import type { Description } from '#server/describe'
import { data as groups } from './groups/data.ts'
import { data as oidc } from './oidc/data.ts'
import { data as ownData } from './own-data/data.ts'
import { data as passkeys } from './passkeys/data.ts'
import { data as people } from './people/data.ts'
import { data as recovery } from './recovery/data.ts'
import { data as release } from './release/data.ts'
import { data as services } from './services/data.ts'
import { data as signIn } from './sign-in/data.ts'
import { data as upstream } from './upstream/data.ts'

/** What this program keeps, in the order in which its areas are built: what hangs on another comes after it. A person is shown it in this order. */
export const descriptions: readonly Description[] = [
  people,
  passkeys,
  services,
  upstream,
  release,
  oidc,
  groups,
  recovery,
  signIn,
  ownData,
  ...platform,
]
