import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readOwn, writeWhole } from '#base/write-file'
import type { DataFolder } from './data-folder.ts'
import type { Say } from './say.ts'

// The provider's rule sets, from the portal to the Cloud. The two do not speak with each other: the portal lays its signed bundles into its folder, we lay the same bytes into
// the Cloud's, and the Cloud looks at the signature. The files lie in the folders themselves, whose own names only we can change.

const bundleFile = /^rules-[a-z0-9][a-z0-9._-]{0,60}\.bundle$/
const everyMilliseconds = 2_000
const mostBytes = 96 * 1024 * 1024
const mostSets = 50

const list = (folder: string) => readdirSync(folder).filter((name) => bundleFile.test(name))

/** Carries them while programs run. Returns how to stop. */
export function carryRules(folder: Pick<DataFolder, 'programs' | 'accounts'>, say: Say): { stop(): Promise<void> } {
  const [from, to] = ['portal', 'cloud'].map((program) => join(folder.programs, program)) as [string, string]
  const carried = new Map<string, string>()
  const carry = () => {
    const names = list(from).slice(0, mostSets)
    for (const name of names) {
      const { size, mtimeMs, ino } = statSync(join(from, name))
      const state = `${size} ${mtimeMs} ${ino}`
      if (carried.get(name) === state || size > mostBytes) continue
      const bytes = readOwn(join(from, name))
      if (bytes) writeWhole(join(to, name), bytes, folder.accounts?.programs.cloud)
      carried.set(name, state)
    }
    for (const name of list(to)) if (!names.includes(name)) rmSync(join(to, name), { force: true })
    for (const name of carried.keys()) if (!names.includes(name)) carried.delete(name)
  }
  let trouble = ''
  const timer = setInterval(() => {
    try {
      carry()
      trouble = ''
    } catch (error) {
      // Replaced while we looked, or no room: the next look finds it.
      const text = String(error)
      if (text !== trouble) say.trouble(`Rule sets could not be handed to the Cloud (${text}).`)
      trouble = text
    }
  }, everyMilliseconds)
  timer.unref()
  return { stop: async () => clearInterval(timer) }
}
