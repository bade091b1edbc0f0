import { existsSync, readFileSync } from 'node:fs'
import { type Language, languages } from './languages.ts'

// What this machine says of itself in its own files; nothing of a person.

const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '')

/** `NAME=value` of a file that a shell could read. */
function valueIn(text: string, name: string): string | undefined {
  return new RegExp(`^(?:export )?${name}=["']?([^"'\\n]{1,100})["']?$`, 'm').exec(text)?.[1]
}

/** os-release(5) */
export const osRelease = (name: 'ID' | 'NAME' | 'VERSION_ID'): string | undefined =>
  valueIn(read('/etc/os-release'), name)

/** `fi_FI.UTF-8`; empty where nobody has chosen one. */
export const machineLocale = (): string =>
  valueIn(read('/etc/default/locale'), 'LANG') ?? valueIn(read('/etc/locale.conf'), 'LANG') ?? ''

/** Those in which a terminal is spoken to: its own; where it is neither, as in `C`, both, since what is not understood was not said. */
export function terminalLanguages(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  ofMachine: string = machineLocale(),
): readonly Language[] {
  for (const said of [environment.LC_ALL, environment.LC_MESSAGES, environment.LANG, ofMachine]) {
    const known = languages.find((language) => new RegExp(`^${language}(?![a-z])`, 'i').test(said ?? ''))
    if (known) return [known]
  }
  return languages
}
