import { z } from 'zod'
import { secretSet, stateSet, upstreamId } from '#identity/upstream/api'

/** What an upstream is, is said by identity, word for word. */
export {
  type FoundUpstream,
  found,
  type ListedUpstream,
  type Upstream,
  upstream,
  upstreamList,
} from '#identity/upstream/api'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const upstreamPath = organizationPath.extend({ upstreamId })
export const made = z.object({ upstreamId })
export const secret = secretSet.pick({ secret: true })
export const state = stateSet.pick({ state: true })
