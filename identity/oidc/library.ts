import Provider from 'oidc-provider'
import type { Services } from '#identity/services'
import { AlreadySeen } from './adapter.ts'
import type { Sessions } from './sessions.ts'
import type { LogoutClient } from './telling.ts'

/** What the library does otherwise here, where it has no setting for it. Answers how it tells a service that a session has ended. */
export function changeLibrary(
  built: Provider,
  { isSecret, leave }: Pick<Services, 'isSecret'> & Pick<Sessions, 'leave'>,
): LogoutClient['backchannelLogout'] {
  Object.assign(built.Client.prototype, {
    compareClientSecret(this: { clientId: string }, brought: string) {
      return isSecret(this.clientId, brought)
    },
  })
  // The library tells once, and not who is away. Every end of a session is told by its own rows; here somebody only leaves one service.
  const tellByLibrary = (built.Client.prototype as unknown as LogoutClient).backchannelLogout
  Object.assign(built.Client.prototype, {
    async backchannelLogout(this: { clientId: string }, personId: string, sid: string) {
      if (!Provider.ctx?.oidc.params?.logout) await leave(this.clientId, personId, sid)
    },
  })
  // The library looks, and writes then; the write is our check, and tells both that come at the same moment apart. What a second one is called, the
  // library knows: a client assertion is invalid_client, a DPoP proof what RFC 9449 says where it was brought.
  const replays = built.ReplayDetection as unknown as { unique(...about: unknown[]): Promise<boolean> }
  const isUnique = replays.unique.bind(replays)
  replays.unique = (...about) =>
    isUnique(...about).catch((error: unknown) => {
      if (error instanceof AlreadySeen) return false
      throw error
    })
  return tellByLibrary
}
