import type { KnownBad as Filter } from '#engine/known'
import type { CloudClient } from './client.ts'

/** What the engine asks of a hash: exactly, or not at all. */
type Found = { rule: string; ruleSet: string; source: 'cloud' }

/**
 * The filter and the Cloud together. The filter's yes is followed by the exact question and condemns nothing by itself; where the Cloud does not answer, nothing is
 * found, and rules judge.
 */
export function createKnownBad(filter: Pick<Filter, 'mayHave'>, client: Pick<CloudClient, 'lookup'>) {
  return {
    async find(sha256: string): Promise<Found | undefined> {
      if (!filter.mayHave(Buffer.from(sha256, 'hex'))) return undefined
      const said = await client.lookup(sha256).catch(() => undefined)
      if (said?.verdict !== 'malicious') return undefined
      return { rule: said.name ?? said.kind ?? 'known bad', ruleSet: 'security-cloud', source: 'cloud' }
    },
  }
}
