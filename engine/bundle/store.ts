import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#base/errors'
import type { NoteKey } from '#base/signed-note'
import { readOwn, writeWhole } from '#base/write-file'
import { readBundle } from './form.ts'

export type InUse = {
  readonly set: string
  readonly version: number
  readonly rules: number
  /** Since when this version is in use here. */
  readonly updatedAt: string
}
export type Refused = { readonly set: string; readonly version: number; readonly why: string }
/** The bundle of a set as it was brought. */
type Read = (set: string) => Buffer | undefined
type Kept = { inUse: InUse[]; refused: Refused[] }

const setName = /^[a-z0-9][a-z0-9._-]{0,60}$/
const mostSets = 50

export type RuleStore = ReturnType<typeof openRuleStore>

/** Compiled sets that are in use, in a folder of their own. `keys`: whose signatures count; asked each time something comes. */
export function openRuleStore(own: string, keys: () => readonly NoteKey[]) {
  mkdirSync(own, { recursive: true, mode: 0o700 })
  const stateFile = join(own, 'in-use.json')
  let state = readKept(readOwn(stateFile))
  const pathOf = ({ set, version }: Pick<InUse, 'set' | 'version'>) => join(own, `${set}-${version}.bundle`)
  state = { ...state, inUse: state.inUse.filter((one) => readOwn(pathOf(one)) !== undefined) }

  function keep(next: Kept): void {
    state = next
    writeWhole(stateFile, JSON.stringify(state))
    const names = new Set(state.inUse.map((one) => `${one.set}-${one.version}.bundle`))
    for (const name of readdirSync(own))
      if (name.endsWith('.bundle') && !names.has(name)) rmSync(join(own, name), { force: true })
  }

  /** What somebody has laid down, verified, and kept where only we can write. */
  function bring(read: Read, set: string): InUse {
    const file = read(set)
    if (file === undefined) throw new AppError('rules.not_there', 404, 'There is no such rule set here.')
    const { about } = readBundle(file, keys())
    const old = state.inUse.find((one) => one.set === set)
    if (about.set !== set || about.kind !== 'compiled' || about.version < (old?.version ?? 0))
      throw new AppError('rules.older', 409, 'This is another rule set, or an older version than the one in use.')
    if (old?.version === about.version) return old
    const one = { set, version: about.version, rules: about.rules, updatedAt: new Date().toISOString() }
    writeWhole(pathOf(one), file)
    return one
  }

  return {
    bundles: (): string[] => state.inUse.map(pathOf),
    inUse: (): readonly InUse[] => state.inUse,
    refused: (): readonly Refused[] => state.refused,
    /** What was refused is tried once more when it is next given. */
    retry(): void {
      state = { ...state, refused: [] }
    },
    /**
     * Takes these sets and no others into use. `use` throws when the rules cannot be used; then each new one is tried by itself, so that one bad set keeps no good one
     * away. Where it says that nothing can be tried now (503), all stays as it is. Throws what was wrong with the last that was refused.
     */
    async take(
      read: Read,
      sets: readonly unknown[],
      use: (bundles: readonly string[]) => Promise<void>,
    ): Promise<void> {
      const names = [...new Set(sets)].filter((set): set is string => typeof set === 'string' && setName.test(set))
      const wanted: InUse[] = []
      const refused: Refused[] = []
      let trouble: unknown
      for (const set of names.slice(0, mostSets)) {
        const old = state.inUse.find((one) => one.set === set)
        try {
          const one = bring(read, set)
          const before = state.refused.find((no) => no.set === set && no.version === one.version)
          if (before) refused.push(before)
          const usable = before ? old : one
          if (usable) wanted.push(usable)
        } catch (error) {
          trouble = error
          if (old) wanted.push(old)
        }
      }
      const isNew = (one: InUse) => !state.inUse.some((old) => old.set === one.set && old.version === one.version)
      const isOther = wanted.some(isNew) || wanted.length !== state.inUse.length
      if (isOther) {
        try {
          await use(wanted.map(pathOf))
          keep({ inUse: wanted, refused })
        } catch (error) {
          if (isNotNow(error)) throw error
          trouble = error
          let good = wanted.flatMap((one) => (isNew(one) ? state.inUse.filter((old) => old.set === one.set) : [one]))
          const added = wanted.filter(isNew)
          for (const one of added) {
            const next = [...good.filter((old) => old.set !== one.set), one]
            try {
              if (added.length === 1) throw error
              await use(next.map(pathOf))
              good = next
            } catch (why) {
              if (isNotNow(why)) throw why
              refused.push({ set: one.set, version: one.version, why: codeOf(why) })
            }
          }
          // Those that somebody took out of the list go, whatever became of the new ones.
          if (good.length !== state.inUse.length) await use(good.map(pathOf))
          keep({ inUse: good, refused })
        }
      } else if (JSON.stringify(refused) !== JSON.stringify(state.refused)) keep({ inUse: state.inUse, refused })
      if (trouble) throw trouble
    },
  }
}

const isNotNow = (error: unknown) => error instanceof AppError && error.status === 503
const codeOf = (error: unknown) => (error instanceof AppError ? error.code : 'failed')

function readKept(bytes: Buffer | undefined): Kept {
  try {
    const { inUse, refused } = JSON.parse(bytes?.toString('utf8') ?? '{}') as Partial<Kept>
    return { inUse: inUse ?? [], refused: refused ?? [] }
  } catch {
    return { inUse: [], refused: [] }
  }
}
