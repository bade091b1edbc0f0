import { lookup } from 'node:dns/promises'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { AppError } from '#base/errors'
import { readOwn, writeWhole } from '#base/write-file'
import { send } from './netlink.ts'
import { isolatingTable, type Reachable, withoutTable } from './rules.ts'

type Kept = Reachable & { readonly portalUrl: string }

const file = (folder: string) => join(folder, 'isolated')
export const isIsolated = (folder: string): boolean => existsSync(file(folder))

/** From now on, and after each start, only the portal is reached. Throws, and changes nothing, where its address is not known. */
export async function isolate(folder: string, portalUrl: URL): Promise<void> {
  const host = portalUrl.hostname.replace(/^\[|\]$/g, '')
  const portal = await addressesOf(host)
  if (portal.length === 0)
    throw new AppError(
      'isolation.no_portal',
      503,
      'The address of the portal is not known: isolated, this device could not be let back.',
    )
  const port = Number(portalUrl.port) || (portalUrl.protocol === 'https:' ? 443 : 80)
  const kept: Kept = { portalUrl: portalUrl.origin, portal, port, nameServers: nameServers() }
  send(isolatingTable(kept))
  writeWhole(file(folder), JSON.stringify(kept))
}

export function release(folder: string): void {
  send(withoutTable)
  rmSync(file(folder), { force: true })
}

/** At a start: the kernel has forgotten it, and the portal may have moved. */
export async function isolateAgain(folder: string): Promise<void> {
  const text = readOwn(file(folder))
  if (!text) return
  const kept = JSON.parse(text.toString('utf8')) as Kept
  // First as it was, so that nothing is open meanwhile; name servers stay reachable, so the new address can be found.
  send(isolatingTable(kept))
  await isolate(folder, new URL(kept.portalUrl)).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error
  })
}

async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host)) return [host]
  if (host === 'localhost' || host.endsWith('.localhost')) return ['127.0.0.1', '::1']
  return lookup(host, { all: true }).then(
    (found) => found.map(({ address }) => address),
    () => [],
  )
}

/** resolv.conf(5) */
function nameServers(): string[] {
  const path = '/etc/resolv.conf'
  if (!existsSync(path)) return []
  return [...readFileSync(path, 'utf8').matchAll(/^\s*nameserver\s+(\S+)/gm)]
    .map(([, address = '']) => address)
    .slice(0, 8)
}
