import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Each app is served by the program that answers its API: the portal at its root, the account app under identity's /account/. */
const bases = { portal: '/', account: '/account/' } as const
export const apps = Object.keys(bases) as (keyof typeof bases)[]

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** `vite build -c web/vite.config.ts --mode account`: the mode names the app. */
export default defineConfig(({ mode }) => {
  const app = apps.find((name) => name === mode)
  if (!app) throw new Error(`--mode must name an app: ${apps.join(', ')}`)
  return {
    root: folder(`./${app}`),
    base: bases[app],
    cacheDir: folder(`./dist/.cache-${app}`),
    publicDir: folder('./design/public'),
    plugins: [react()],
    // The server puts a fresh nonce here in each response; without it no style or script of ours is let in.
    html: { cspNonce: '__CSP_NONCE__' },
    build: {
      outDir: folder(`./dist/${app}`),
      emptyOutDir: true,
      target: 'es2023',
      // A data: URL would need a hole in the CSP.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 900,
    },
  }
})
