import { spawn } from 'node:child_process'
import { readTree, root } from './tree.ts'

/** The programs NAME.ts directly in a folder. */
export function listPrograms(folder: string): string[] {
  return [...readTree().keys()]
    .filter((path) => path.startsWith(folder) && /^[a-z0-9-]+\.ts$/.test(path.slice(folder.length)))
    .map((path) => path.slice(folder.length, -3))
    .sort()
}

/** Runs folder/NAME.ts with the rest of the options, on this terminal. */
export async function runSuite(command: string, folder: string, [name = '', ...options]: string[]): Promise<number> {
  const known = listPrograms(folder)
  if (!known.includes(name)) {
    console.error(
      known.length === 0
        ? `There is nothing to run yet: ${folder} is empty.`
        : `npm run ${command} -- NAME, where NAME is one of: ${known.join(', ')}`,
    )
    return 2
  }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`${root}${folder}${name}.ts`, ...options], { cwd: root, stdio: 'inherit' })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal))
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}
