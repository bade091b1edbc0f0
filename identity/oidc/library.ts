import type { Clock } from '#base/clock'
import type { Services } from '#identity/services'
import { AlreadySeen } from './adapter.ts'
import { Provider } from './core.ts'
import type { Sessions } from './sessions.ts'
import type { LogoutClient } from './telling.ts'

/** What the library does otherwise here, where it has no setting for it. Answers how it tells a service that a session has ended. */
export function changeLibrary(
  built: Provider,
  { clock, isSecret, leave }: { clock: Clock } & Pick<Services, 'isSecret'> & Pick<Sessions, 'leave'>,
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
  knowWhen(built, clock)
  keepInPayload(built.AuthorizationCode, 'madeAt')
  return tellByLibrary
}

/** The library tells of every response mode that it knows; no contract has an answer in a fragment (client.ts). */
export function leaveOutFragment(metadata: unknown): void {
  const told = metadata as { response_modes_supported?: readonly string[] } | undefined
  if (told?.response_modes_supported)
    told.response_modes_supported = told.response_modes_supported.filter((mode) => mode !== 'fragment')
}

/** The library drops what it does not know of a record; with this it keeps `name` as well. */
function keepInPayload(model: object, name: string): void {
  const { IN_PAYLOAD: before } = model as unknown as { IN_PAYLOAD: readonly string[] }
  Object.defineProperty(model, 'IN_PAYLOAD', { value: [...before, name] })
}

type Session = { loginTs?: number; authenticatedAt?: number | null; authTime(): number | undefined }

/**
 * The library takes the beginning of a session for the moment at which the person proved who they are. By an upstream that was before, and where it does
 * not say when, nobody knows: then services are told no `auth_time`, and whoever asks for one that is not long ago has the person asked anew.
 */
function knowWhen(built: Provider, clock: Clock): void {
  const { Session } = built
  keepInPayload(Session, 'authenticatedAt')
  const { loginAccount } = Session.prototype as unknown as { loginAccount(this: Session, how: unknown): void }
  Object.assign(Session.prototype, {
    loginAccount(this: Session, how: unknown) {
      loginAccount.call(this, how)
      const event = Provider.ctx?.oidc.entities.Interaction as { result?: { login?: Partial<Session> } } | undefined
      this.authenticatedAt = event?.result?.login?.authenticatedAt as number | null
    },
    authTime(this: Session) {
      return this.authenticatedAt === undefined ? this.loginTs : (this.authenticatedAt ?? undefined)
    },
    past(this: Session, age: unknown) {
      const at = this.authTime()
      return at === undefined || Math.floor(clock.now().getTime() / 1_000) - at > Number(age)
    },
  })
}
