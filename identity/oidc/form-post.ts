import type { KoaContextWithOIDC } from 'oidc-provider'
import type { Language } from '#base/languages'
import { renderPost } from '#identity/pages'

export type FormPost = (ctx: KoaContextWithOIDC, to: string, values: Readonly<Record<string, unknown>>) => void

/** OAuth 2.0 Form Post Response Mode: a page whose form goes to the service, by its script or by its button. */
export function createFormPost(languageOf: (ctx: KoaContextWithOIDC) => Language): FormPost {
  return (ctx, to, values) => {
    ctx.type = 'html'
    ctx.status = 200
    ctx.body = renderPost(languageOf(ctx), to, values)
    // This page alone may send a form to this address, which the contract of the service names (ID-61).
    const policy = String(ctx.response.get('content-security-policy'))
    ctx.set('content-security-policy', policy.replace("form-action 'self'", `form-action ${new URL(to).origin}`))
  }
}
