import { writeFileSync } from 'node:fs'
import { describeSettings } from '#base/settings'
import { describeAttacks } from './attacks.ts'
import { describeErrors, readErrors } from './errors.ts'
import { describePledges } from './pledges.ts'
import { describeRegister } from './register.ts'
import { root, type Tree, type Violation } from './tree.ts'

/** Documents that are made from code: compared with what the code would make today, or written. */
export const generated: Record<string, (tree: Tree) => string> = {
  'docs/settings.md': describeSettings,
  'docs/errors.md': (tree) => describeErrors(readErrors(tree).errors),
  'docs/pledges.md': describePledges,
  'docs/register.md': describeRegister,
  'docs/rfc9700.md': describeAttacks,
}

export function checkGenerated(tree: Tree, write = false): Violation[] {
  const found: Violation[] = readErrors(tree).violations
  for (const [path, make] of Object.entries(generated)) {
    const wanted = make(tree)
    const present = tree.get(path)
    if (present === wanted) continue
    if (write) {
      writeFileSync(`${root}${path}`, wanted)
      console.log(`     wrote ${path}`)
      continue
    }
    const wantedLines = wanted.split('\n')
    const at = present === undefined ? 0 : present.split('\n').findIndex((line, index) => line !== wantedLines[index])
    found.push({
      path,
      line: Math.max(at, 0) + 1,
      rule: 'generated',
      what: `is not what the code says now (${wantedLines[Math.max(at, 0)] ?? 'the end'}); npm run check -- --write`,
    })
  }
  return found
}
