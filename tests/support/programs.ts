import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTestClock } from '#base/clock'
import { createTestCloud } from '#tests/cloud'
import { startIdentity } from '#tests/identity'
import { createTestPortal } from '#tests/portal'
import { createTestPrivacy } from '#tests/privacy'

type Options = NonNullable<Parameters<typeof createTestPortal>[0]>

/** All four programs, each on a real database and port, calling each other with real signatures, in a time that the test moves. */
export async function startPrograms(at: Date) {
  const clock = createTestClock(at)
  const identity = await startIdentity({ clock })
  const { urls } = identity
  const privacy = await createTestPrivacy({ clock, urls })
  const publish = (to: string) =>
    copyFileSync(join(privacy.publicFolder, 'privacy.call.jwk.json'), join(to, 'privacy.call.jwk.json'))
  publish(identity.folder)
  await privacy.http.app.listen({ host: '127.0.0.1', port: Number(urls.privacy.port) })
  const cloud = await createTestCloud({ clock, urls })
  publish(cloud.publicFolder)
  await cloud.http.app.listen({ host: '127.0.0.1', port: Number(urls.cloud.port) })
  /** It answers once `open` was called; a second one may wait to take the place of the first. */
  const createPortal = async (before?: Options['before'], options: Pick<Options, 'receivers'> = {}) => {
    const portal = await createTestPortal({ clock, beside: identity, ...options, ...(before ? { before } : {}) })
    publish(portal.publicFolder)
    const open = () => portal.http.app.listen({ host: '127.0.0.1', port: Number(urls.portal.port) })
    return { ...portal, open }
  }
  return { clock, identity, privacy, cloud, createPortal }
}
