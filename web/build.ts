// Builds both apps into web/dist: `node web/build.ts`. Names given as arguments limit it to those apps.
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { apps } from './vite.config.ts'

const configFile = fileURLToPath(new URL('./vite.config.ts', import.meta.url))

async function buildWeb(chosen: readonly string[] = apps): Promise<void> {
  for (const app of chosen) await build({ configFile, mode: app, logLevel: 'warn' })
}

const chosen = process.argv.slice(2)
await buildWeb(chosen.length > 0 ? chosen : apps)
