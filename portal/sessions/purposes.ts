import type { Language } from '#base/languages'
import type { By } from '#portal/organizations'
import type { Sql } from '#server/database'
import type { RouteRequest } from '#server/routes'
import type { SignInPurpose } from './api.ts'

/** What a request carries that a purpose may look at. */
export type Browser = Pick<RouteRequest, 'cookies' | 'ip' | 'userAgent' | 'setCookie' | 'clearCookie'>

export type SignedIn = {
  readonly personId: string
  readonly email: string
  readonly language: Language
  readonly by: By
}

/**
 * Why somebody signs in. The areas that stand above bring what happens before and after; both throw an AppError when it is not possible
 * (any more), and then nobody is signed in.
 */
type Purpose = {
  prepare(browser: Browser): Promise<{ prompt?: 'create' | 'login'; loginHint?: string }>
  /** In the transaction that makes the session; answers where the browser goes, if not where the person was going. */
  complete(tx: Sql, signedIn: SignedIn, browser: Browser): Promise<string | undefined>
}

export type Purposes = {
  add(name: Exclude<SignInPurpose, 'ordinary' | 'confirm'>, purpose: Purpose): void
  get(name: SignInPurpose): Purpose
}

const ordinary: Purpose = { prepare: async () => ({}), complete: async () => undefined }

/** In a window of its own, beside the page that asked for it: the page keeps what is filled in, and goes on by itself. */
const confirm: Purpose = {
  prepare: async () => ({ prompt: 'login' }),
  complete: async () => '/sign-in/confirmed',
}

export function createPurposes(): Purposes {
  const known = new Map<SignInPurpose, Purpose>([
    ['ordinary', ordinary],
    ['confirm', confirm],
  ])
  return {
    add(name, purpose) {
      if (known.has(name)) throw new Error(`two areas complete the sign-in for ${name}`)
      known.set(name, purpose)
    },
    get(name) {
      const purpose = known.get(name)
      if (!purpose) throw new Error(`no area completes the sign-in for ${name}`)
      return purpose
    },
  }
}
