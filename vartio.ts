import { runCommand } from '#supervisor/command'

await runCommand(process.argv.slice(2))
