import { z } from 'zod'
import { namedType, secretSet, stateSet, upstreamId } from '#identity/upstream/api'

/** What an upstream is, is said by identity, word for word. */
export {
  type FoundUpstream,
  found,
  type IdentifierType,
  identifierType,
  type ListedUpstream,
  type Upstream,
  upstream,
  upstreamList,
} from '#identity/upstream/api'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const upstreamPath = organizationPath.extend({ upstreamId })
export const typePath = organizationPath.extend(namedType.shape)
export const made = z.object({ upstreamId })
export const secret = secretSet.pick({ secret: true })
export const state = stateSet.pick({ state: true })
