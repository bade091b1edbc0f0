import { spawn } from 'node:child_process'

/**
 * Runs a bench that uses what tests use. Node's test runner, which that brings along, prints its summary to where we say; ours is the last line on standard
 * output, and nothing else is.
 */
export function alone(file: string, bench: () => Promise<object>): void {
  const isInner = process.argv.includes('--inner')
  if (isInner) {
    bench().then(
      (figures) => process.send?.(figures, () => process.exit()),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
    return
  }
  const child = spawn(
    process.execPath,
    ['--test-reporter=spec', '--test-reporter-destination=stderr', file, ...process.argv.slice(2), '--inner'],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  )
  let figures: unknown
  child.once('message', (message) => {
    figures = message
  })
  child.once('close', (code) => {
    if (figures) console.log(JSON.stringify(figures))
    process.exitCode = figures ? (code ?? 1) : 1
  })
}
