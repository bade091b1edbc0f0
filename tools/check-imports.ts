import { posix } from 'node:path'
import { apiUses, floors } from '#architecture'
import { readCode } from './code.ts'
import { areasOf, everyProgram, isOnDevice, isTest, type Place, placeOf, usesOf } from './places.ts'
import type { Tree, Violation } from './tree.ts'

type Manifest = {
  imports: Record<string, string>
  dependencies: Record<string, string>
  optionalDependencies?: Record<string, string>
}

/** Every import of the tree against the tables of architecture.ts. */
export function checkImports(tree: Tree): Violation[] {
  const { codes, violations } = readCode(tree)
  const found = [...violations]
  const manifest = readManifest(tree)
  for (const { path, imports } of codes) {
    for (const { specifier, line } of imports) {
      const what = judgeImport(tree, manifest, path, specifier)
      if (what) found.push({ path, line, rule: 'imports', what })
    }
  }
  return [...found, ...checkApis(tree, manifest)]
}

function readManifest(tree: Tree): Manifest {
  const text = tree.get('package.json')
  if (text === undefined) throw new Error('The tree has no package.json, so no import can be resolved.')
  return JSON.parse(text) as Manifest
}

/** The file a specifier names inside the project, or undefined for a package. */
export function resolveImport(imports: Record<string, string>, from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(from), specifier.split('?')[0] ?? ''))
  if (!specifier.startsWith('#')) return undefined
  const exact = imports[specifier]
  if (exact !== undefined) return posix.normalize(exact)
  // As Node does: of the patterns that fit, the one with the longest part before the star, then the longest whole.
  const fitting = Object.keys(imports)
    .filter((pattern) => {
      const [before = '', after] = pattern.split('*')
      if (after === undefined) return false
      return (
        specifier.startsWith(before) && specifier.endsWith(after) && specifier.length > before.length + after.length
      )
    })
    .sort((a, b) => b.indexOf('*') - a.indexOf('*') || b.length - a.length)
  const pattern = fitting[0]
  if (pattern === undefined) return specifier
  const [before = '', after = ''] = pattern.split('*')
  const star = specifier.slice(before.length, specifier.length - after.length)
  return posix.normalize((imports[pattern] ?? '').replaceAll('*', star))
}

function judgeImport(tree: Tree, manifest: Manifest, path: string, specifier: string): string | undefined {
  const from = placeOf(path)
  if (specifier === '(computed)') {
    return from.kind === 'top' || isTest(path) ? undefined : 'a specifier that is computed cannot be checked'
  }
  const target = resolveImport(manifest.imports, path, specifier)
  if (target === undefined) return judgePackage(manifest, from, path, specifier)
  const to = placeOf(target)
  if (specifier.startsWith('.')) {
    if (from.unit === to.unit && from.kind === to.kind) return undefined
    // The web's parts lie side by side under one build, and tests, tools and bench are one unit.
    if (from.kind === 'web' && to.kind === 'web') return judgeWeb(from.part, to.part)
    // A program's list of what its areas say they keep: texts, which nothing runs.
    if (from.kind === 'program' && to.kind === 'area' && from.program === to.program)
      if (path === `${from.program}/data.ts` && target.endsWith('/data.ts')) return undefined
    return `${specifier} reaches into ${to.unit || 'the top'} by path; use its door`
  }
  if (!tree.has(target)) return `${specifier} names ${target}, which is not there`
  return judgeDoor(from, to, path, target)
}

function judgePackage(manifest: Manifest, from: Place, path: string, specifier: string): string | undefined {
  if (specifier.startsWith('node:'))
    return from.kind === 'web' && from.part !== '' && !isTest(path) ? `${specifier} is not in a browser` : undefined
  if (from.kind === 'web' || from.kind === 'top' || isTest(path)) return undefined
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  if (name in manifest.dependencies || name in (manifest.optionalDependencies ?? {})) return undefined
  return `${name} is not a dependency of the running product`
}

function judgeWeb(from: string, to: string): string | undefined {
  const apps = ['portal', 'account']
  if (to === '' || from === '' || from === to) return undefined
  if (apps.includes(to)) return `web/${to} is an app: nothing imports it`
  return undefined
}

function judgeDoor(from: Place, to: Place, path: string, target: string): string | undefined {
  const mayTest = isTest(path)
  const isIndex = target.endsWith('/index.ts')
  const isApi = target.endsWith('/api.ts')
  if (to.kind === 'area' && !isIndex && !isApi) return `${target} is inside an area; use its index.ts or api.ts`
  if (from.kind === 'top') return undefined
  if (to.kind === 'top')
    return mayTest && to.folder === 'tests' ? undefined : `${target} stands above; nothing below may use it`
  switch (from.kind) {
    case 'tables':
      return 'the tables import nothing'
    case 'floor':
      if (to.kind === 'floor') {
        if (from.floor === to.floor || mayTest) return undefined
        return to.floor in floors[from.floor as keyof typeof floors].uses
          ? undefined
          : `${from.floor} may not use ${to.floor}`
      }
      if (to.kind === 'tables') return from.floor === 'base' ? 'base uses nothing of ours' : undefined
      return `the platform knows no ${to.kind}`
    case 'web':
      if (to.kind === 'web') return judgeWeb(from.part, to.part)
      return isApi && to.kind === 'area'
        ? undefined
        : `the web imports api.ts of an area and nothing else, not ${target}`
    case 'program':
    case 'area':
      if (to.kind === 'floor' && to.floor === 'server' && isOnDevice(from.program) && !mayTest)
        return 'there is no server on a device'
      if (to.kind === 'floor')
        return to.floor === 'supervisor' && !mayTest ? 'programs do not know the supervisor' : undefined
      if (to.kind === 'tables') return undefined
      if (to.kind === 'web' || to.kind === 'program') return `nothing imports ${target}`
      if (to.program !== from.program) {
        if (!isApi) return `another program has only its api.ts to give, not ${target}`
        return apiUses.some((use) => use.from === from.program && use.to === to.program)
          ? undefined
          : `${from.program} may not use ${to.program}; see apiUses in architecture.ts`
      }
      if (from.kind === 'program' || from.area === to.area || mayTest) return undefined
      return to.area in usesOf(from.program, from.area)
        ? undefined
        : `${from.program}/${from.area} may not use ${to.area}; see architecture.ts`
    default:
      return undefined
  }
}

/** What web and other programs import must be schemas all the way down: zod, constants, other schemas. */
function checkApis(tree: Tree, manifest: Manifest): Violation[] {
  const codes = new Map(readCode(tree).codes.map((code) => [code.path, code]))
  const found: Violation[] = []
  const allowed = new Set(['zod'])
  for (const api of codes.keys()) {
    if (placeOf(api).kind !== 'area' || !api.endsWith('/api.ts')) continue
    const seen = new Set<string>()
    const waiting = [api]
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (seen.has(path)) continue
      seen.add(path)
      for (const { specifier, line } of codes.get(path)?.imports ?? []) {
        const target = resolveImport(manifest.imports, path, specifier)
        if (target !== undefined) waiting.push(target)
        else if (!allowed.has(specifier))
          found.push({ path, line, rule: 'api', what: `${specifier} would reach the browser through ${api}` })
      }
    }
  }
  return found
}

/** The tables themselves: an area uses only what is built before it. */
export function checkOrder(): Violation[] {
  const found: Violation[] = []
  for (const program of Object.keys(everyProgram)) {
    const order = areasOf(program)
    for (const [index, area] of order.entries()) {
      for (const used of Object.keys(usesOf(program, area))) {
        const at = order.indexOf(used)
        if (at === -1 || at >= index)
          found.push({
            path: 'architecture.ts',
            rule: 'order',
            what: `${program}/${area} uses ${used}, which is not built before it`,
          })
      }
    }
  }
  return found
}

/** A use that nobody makes is a door left open: it goes out of the table. Only for a program that is there as a whole. */
export function checkUses(tree: Tree): Violation[] {
  const manifest = readManifest(tree)
  const made = new Set<string>()
  for (const { path, imports } of readCode(tree).codes) {
    const from = placeOf(path)
    if (from.kind !== 'area' || isTest(path)) continue
    for (const { specifier } of imports) {
      const to = placeOf(resolveImport(manifest.imports, path, specifier) ?? '')
      if (to.kind === 'area' && to.program === from.program) made.add(`${from.program}/${from.area} ${to.area}`)
    }
  }
  const found: Violation[] = []
  for (const program of Object.keys(everyProgram)) {
    if (!tree.has(`${program}/main.ts`)) continue
    for (const area of areasOf(program))
      for (const used of Object.keys(usesOf(program, area)))
        if (!made.has(`${program}/${area} ${used}`))
          found.push({
            path: 'architecture.ts',
            rule: 'uses',
            what: `${program}/${area} does not use ${used}: take it out`,
          })
  }
  return found
}
