import { join } from 'node:path'
import { createSystemClock } from '#base/clock'
import { createLog } from '#base/log'
import { readDatabaseAddress } from '#server/database'
import { createKeys } from '#server/keys/keys'
import { createFileRoots } from '#server/keys/root-files'
import { within } from '#server/purpose'
import { createSealer } from '#server/sealed/sealer'
import { adminUser } from '#supervisor/postgres'
import { createLayer } from '#tests/lay-fleet'
import { type MadeDevice, makeDevice } from '#tests/made-devices'
import type { RunningVartio } from '#tests/vartio'

/**
 * As many devices of one organisation as somebody would have after years, with what was found on some of them, laid into a Vartio that runs. It is done
 * beside the portal, as by another process of it; whoever started Vartio may sign in as the administrator of both databases.
 */
export async function fillFleet(
  { folder }: Pick<RunningVartio, 'folder'>,
  organizationId: string,
  { devices: count, detections }: { readonly devices: number; readonly detections: number },
): Promise<readonly MadeDevice[]> {
  const own = join(folder, 'programs', 'portal')
  const asAdmin = (name: string) => ({ ...readDatabaseAddress(own, name), user: adminUser })
  const keys = createKeys({
    address: asAdmin('key-store.json'),
    roots: createFileRoots(join(own, 'roots')),
    log: createLog('portal', 'warn'),
    clock: createSystemClock(() => undefined),
  })
  await keys.start()
  const layer = await createLayer(asAdmin('database.json'), {
    table: (description, table, fields) => createSealer(keys, description, table, fields),
  })
  try {
    const devices = Array.from({ length: count }, () => makeDevice(Date.now()))
    const fleets = new Map([[organizationId, devices]])
    await within('security', async () => {
      await layer.events(fleets, detections, Date.now())
      await layer.devices(fleets, [])
    })
    return devices
  } finally {
    await layer.end()
    await keys.stop()
  }
}
