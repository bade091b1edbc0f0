import { createRequire } from 'node:module'
import { AppError } from '#base/errors'

// The one place that knows YARA-X. The native package exists for some platforms only; it is loaded when rules are first compiled.

export type NativeRules = {
  scan(bytes: Buffer, externals: Externals): string[]
  /** Afterwards it must not be used. */
  close(): void
}

export type Externals = { filename: string; filepath: string; extension: string; filetype: string; owner: string }

export const externalNames: readonly (keyof Externals)[] = ['filename', 'filepath', 'extension', 'filetype', 'owner']

const options = { defineVariables: Object.fromEntries(externalNames.map((name) => [name, ''])), enableIncludes: false }

/** A pattern that is found so often is found: without a bound, its matches alone could fill the memory. */
const mostMatches = 100_000

/** What is used of the addon. Its own package of loaders names platforms that it was never published for, which no lock file can hold. */
type Addon = {
  validate(source: string, options: object): { errors: { message: string }[] }
  compile(source: string, options: object): YaraX
}

type YaraX = {
  scan(bytes: Buffer, variables: Record<string, string>): { ruleIdentifier: string }[]
  setMaxMatchesPerPattern(count: number): void
}

function load(): Addon {
  try {
    return createRequire(import.meta.url)('@litko/yara-x-linux-x64-gnu')
  } catch (cause) {
    throw new AppError(
      'engine.no_yara',
      500,
      `YARA-X is not there for this platform (${process.platform} ${process.arch}), so nothing can be scanned.`,
      { cause },
    )
  }
}

/** Where the compiler objects: a line (from 1) of the source, and what it says. */
export type Objection = { line: number; why: string }

export function validate(source: string): Objection[] {
  const { errors } = load().validate(source, options)
  return errors.map(({ message }) => ({
    line: Number(/^ *--> line:(\d+)/m.exec(message)?.[1] ?? 0),
    why: message.split('\n', 1)[0] ?? '',
  }))
}

export function compile(source: string): NativeRules {
  const rules = load().compile(source, options)
  rules.setMaxMatchesPerPattern(mostMatches)
  return {
    scan: (bytes, externals) => rules.scan(bytes, readable(externals)).map(({ ruleIdentifier }) => ruleIdentifier),
    // Lets go of the scanner inside, which must not outlive the rules it points into when both are collected.
    close: () => rules.setMaxMatchesPerPattern(mostMatches),
  }
}

/**
 * The binding guesses types from texts: a file named `true` or `123` would be no text to it, and the scan would fail. A zero byte, which no
 * name holds, keeps it text.
 */
const readable = (externals: Externals): Record<string, string> =>
  Object.fromEntries(
    Object.entries(externals).map(([name, value]) => [
      name,
      /^(?:true|false|[+-]?\d+)$/i.test(value) ? `${value}\0` : value,
    ]),
  )

/**
 * Compiling takes twice the memory that is kept, in pieces that the C library holds on to. Given back, the largest sets cost half. Where the
 * C library has another name, or native code may not be called, they stay with us.
 */
export async function giveMemoryBack(): Promise<void> {
  try {
    const confined = await import('#engine/confined')
    confined.giveMemoryBack()
  } catch {
    return
  }
}
