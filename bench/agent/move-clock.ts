import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InstalledAgent } from '#tests/installed-agent'

/** Runs before the agent's own code. The guard keeps the machine's clock: times of files come from the kernel, and nobody sets that clock for a bench. */
const source = (file: string) => `import { readFileSync } from 'node:fs'
if (process.argv[1]?.includes('/agent/agent.')) {
  const real = globalThis.Date
  const moved = () => { try { return Number(readFileSync(${JSON.stringify(file)}, 'utf8')) || 0 } catch { return 0 } }
  const now = () => real.now() + moved()
  globalThis.Date = new Proxy(real, {
    construct: (target, given, as) => Reflect.construct(target, given.length === 0 ? [now()] : given, as),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  })
}
`

/** What speaks with the portal has a clock of its own from its next start on; the answer moves it by so many milliseconds, from the machine's. */
export function moveClock({ place, prefix }: InstalledAgent): (milliseconds: number) => void {
  const [module, file] = [join(prefix, 'moved-clock.mjs'), join(prefix, 'moved')]
  writeFileSync(file, '0', { mode: 0o644 })
  writeFileSync(module, source(file), { mode: 0o644 })
  const command = join(place.code, 'vartio-agent')
  const text = readFileSync(command, 'utf8')
  const changed = text.replace('"$here/bin/node" ', `"$here/bin/node" --import=${module} `)
  if (changed === text) throw new Error('The command of the device starts Node in another way now.')
  writeFileSync(command, changed)
  return (milliseconds) => writeFileSync(file, String(milliseconds))
}
