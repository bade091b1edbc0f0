import { devicePrograms, floors, programs } from '#architecture'

/** Programs of the server and of devices: folders whose folders are areas. */
export const everyProgram: Readonly<
  Record<string, { areas: Readonly<Record<string, { uses: Readonly<Record<string, string>> }>> }>
> = { ...programs, ...devicePrograms }

export const isOnDevice = (program: string) => program in devicePrograms

/** Where a file stands in the house. */
export type Place =
  | { kind: 'floor'; unit: string; floor: string }
  | { kind: 'area'; unit: string; program: string; area: string }
  | { kind: 'program'; unit: string; program: string }
  | { kind: 'web'; unit: string; part: string }
  | { kind: 'tables'; unit: string }
  | { kind: 'top'; unit: string; folder: string }

/** Folders that stand above the programs and look at all of them through their doors. */
export const topFolders = ['tests', 'bench', 'tools', 'docs', 'deploy', '.ci']

/** The unit is the folder inside which files may reach each other by path. */
export function placeOf(path: string): Place {
  if (path === 'architecture.ts') return { kind: 'tables', unit: 'architecture.ts' }
  const parts = path.split('/')
  const [first = '', second = '', third] = parts
  for (const [floor, { folder }] of Object.entries(floors)) {
    if (path.startsWith(`${folder}/`)) return { kind: 'floor', unit: `${folder}/`, floor }
  }
  if (first in everyProgram) {
    return third === undefined
      ? { kind: 'program', unit: `${first}/`, program: first }
      : { kind: 'area', unit: `${first}/${second}/`, program: first, area: second }
  }
  if (first === 'web') {
    return third === undefined
      ? { kind: 'web', unit: 'web/', part: '' }
      : { kind: 'web', unit: `web/${second}/`, part: second }
  }
  return { kind: 'top', unit: '', folder: parts.length > 1 ? first : '' }
}

export const areasOf = (program: string): readonly string[] => Object.keys(everyProgram[program]?.areas ?? {})

export const usesOf = (program: string, area: string): Readonly<Record<string, string>> =>
  everyProgram[program]?.areas[area]?.uses ?? {}

/** The database schema of an area: its folder, as SQL writes names. */
export const schemaOf = (area: string) => area.replaceAll('-', '_')

export const isTest = (path: string) => /\.test\.tsx?$/.test(path)

/** Code that serves people, as against code that looks at it. */
export const isProduct = (path: string) => {
  const place = placeOf(path)
  return !isTest(path) && (place.kind === 'floor' || place.kind === 'area' || place.kind === 'program')
}
