import { registerHooks } from 'node:module'

/**
 * The protocol core holds a DPoP proof's `nbf` to the second, so that whoever's clock is a moment ahead is refused; FAPI 2.0 Security Profile §5.3.2.1 wants
 * ten seconds let through. It has no setting for that, so its text is mended while it is loaded, as the database driver's is (platform/server/postgres-driver.ts).
 */
const file = '/node_modules/oidc-provider/lib/helpers/validate_dpop.js'
const was = "typ: 'dpop+jwt' }"
const is = "typ: 'dpop+jwt', clockTolerance: 15 }"

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!url.endsWith(file)) return loaded
    const source = String(loaded.source)
    // A new version of it: see whether it still needs this, and take the mend out if it does not.
    if (source.split(was).length !== 2) throw new Error('core.ts does not fit this version of oidc-provider')
    return { ...loaded, source: source.replace(was, is) }
  },
})

/** Imported only now: an import at the top would load the core before the mend is in place. */
const core = await import('oidc-provider')

export const { default: Provider, errors, interactionPolicy } = core
export type Provider = InstanceType<typeof Provider>
