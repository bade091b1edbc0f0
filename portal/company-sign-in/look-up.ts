import { Resolver } from 'node:dns/promises'

/** What a domain’s name servers say of the value. Nothing said is not that it is gone. */
export type Looked = 'there' | 'missing' | 'different' | 'unanswered'

/** Where the value stands: a name of its own, so that whoever may publish there has been given the domain's own zone. */
export const recordName = (domain: string): string => `_vartio-challenge.${domain}`

/** By the name servers of this machine, or those of the setting: host:port, separated by commas. */
export function createLookUp(servers: string) {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 })
  if (servers !== '') resolver.setServers(servers.split(',').map((one) => one.trim()))
  return async (domain: string, value: string): Promise<Looked> => {
    try {
      // A text of more than 255 bytes comes in pieces; several values may stand under one name, of other organisations too.
      const found = (await resolver.resolveTxt(recordName(domain))).map((pieces) => pieces.join(''))
      if (found.includes(value)) return 'there'
      return found.length === 0 ? 'missing' : 'different'
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      return code === 'ENOTFOUND' || code === 'ENODATA' ? 'missing' : 'unanswered'
    }
  }
}
