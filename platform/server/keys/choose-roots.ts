import type { Settings } from '#base/settings'
import type { Roots } from './root.ts'
import { createFileRoots } from './root-files.ts'

/** Files, or a token where one is set. Its native library is loaded only then, and only when the first root is asked for. */
export function chooseRoots(settings: Settings, program: string, folder: string): Roots {
  const files = createFileRoots(folder)
  const module = settings.text('VARTIO_PKCS11_MODULE')
  if (module === undefined) return files
  let opening: Promise<Roots> | undefined
  const open = () => {
    opening ??= Promise.all([import('./pkcs11.ts'), import('./root-tokens.ts')]).then(
      ([{ openToken }, { createTokenRoots }]) => {
        const label = settings.text('VARTIO_PKCS11_TOKEN') ?? ''
        const pin = settings.text('VARTIO_PKCS11_PIN') ?? ''
        return createTokenRoots(openToken({ module, label, pin }), program, files)
      },
    )
    return opening
  }
  return {
    make: async (id) => (await open()).make(id),
    open: async (id) => (await open()).open(id),
    list: async () => (await open()).list(),
    destroy: async (id) => (await open()).destroy(id),
  }
}
