import type { Settings } from '#base/settings'

/**
 * Roots in a token (PKCS#11): every key there that a Vartio has made. A token is one Vartio's own (docs/operating/keys.md), so none of
 * another is among them. Answers what was destroyed, and in words what could not be.
 */
export async function destroyTokenRoots(settings: Settings): Promise<{ destroyed: string[]; notReached: string[] }> {
  const module = settings.text('VARTIO_PKCS11_MODULE')
  const destroyed: string[] = []
  if (module === undefined) return { destroyed, notReached: [] }
  const label = settings.text('VARTIO_PKCS11_TOKEN') ?? ''
  try {
    // Native code, loaded only where there is a token.
    const { openToken } = await import('#server/keys/pkcs11')
    const token = openToken({ module, label, pin: settings.text('VARTIO_PKCS11_PIN') ?? '' })
    for (const root of token.labels().filter((each) => each.startsWith('vartio '))) {
      token.destroyKey(root)
      destroyed.push(`${root} in the token ${label}`)
    }
    return { destroyed, notReached: [] }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { destroyed, notReached: [`the roots in the token ${label} (${why})`] }
  }
}
