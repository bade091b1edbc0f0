import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A set of files by their path from the root of the project: the real ones, or a few that a test has made up. */
export type Tree = ReadonlyMap<string, string>

export const root = fileURLToPath(new URL('..', import.meta.url))

const notText = /\.(png|jpg|woff2|ico|gz|zip|br)$/

/** Every file that is in git or would be after `git add .`; pictures and the like with empty text. */
export function readTree(folder = root): Tree {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const tree = new Map<string, string>()
  for (const path of new Set(listed.split('\0'))) {
    if (path === '') continue
    try {
      tree.set(path, notText.test(path) ? '' : readFileSync(join(folder, path), 'utf8'))
    } catch (error) {
      // Deleted but not committed yet: not part of the tree as it stands.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return tree
}

/** One thing that is wrong, where, and what the rule is. */
export type Violation = { path: string; line?: number; rule: string; what: string }

export const describeViolation = (violation: Violation) =>
  `${violation.path}${violation.line === undefined ? '' : `:${violation.line}`}  ${violation.rule}: ${violation.what}`

export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1
  return line
}
