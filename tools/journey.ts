import { runCommand } from './process.ts'
import { listPrograms } from './suite.ts'
import { root } from './tree.ts'

/** NAME [--screenshots]: with it once in each language, since the pages are to be seen in both. */
export async function run([name = '', ...options]: string[]): Promise<number> {
  const known = listPrograms('tests/journeys/')
  if (!known.includes(name)) {
    console.error(`npm run journey -- NAME, where NAME is one of: ${known.join(', ') || '(none yet)'}`)
    return 2
  }
  const languages = options.includes('--screenshots') ? ['fi', 'en'] : ['fi']
  for (const language of languages) {
    const args = [`${root}tests/browser/run.ts`, name, '--language', language, ...options]
    const { code } = await runCommand(process.execPath, args, { show: true })
    if (code !== 0) return code
  }
  return 0
}
