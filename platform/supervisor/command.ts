import { AppError } from '#base/errors'
import { exitCodes, Refusal } from './refusal.ts'
import { createSay, type Say } from './say.ts'

type Command = {
  readonly usage: string
  readonly does: string
  /** How many words it takes after its name. */
  readonly words: number
  /** May follow those. */
  readonly optionalWords?: number
  readonly flags?: readonly string[]
  /** Waits for a passkey of somebody with the right to it (confirmation.ts). */
  readonly isConfirmed?: true
  run(words: readonly string[], flags: readonly string[], say: Say): Promise<void>
}

/** Loaded when asked for, so that `help` answers at once and one command's trouble is not another's. */
const commands: Readonly<Record<string, Command>> = {
  start: {
    usage: 'start [--demo]',
    does: 'start Vartio and keep it running until it is told to stop; --demo: with made-up companies and devices, in a data folder of its own',
    words: 0,
    flags: ['--demo'],
    run: async (_words, flags, say) => {
      if (flags.includes('--demo')) (await import('./demo.ts')).chooseDemo(process.env)
      await (await import('./start.ts')).start(say)
    },
  },
  dev: {
    usage: 'dev',
    does: 'the same, started again at each change of the code',
    words: 0,
    run: async (_words, _flags, say) => (await import('./start.ts')).start(say, { reload: true }),
  },
  backup: {
    usage: 'backup FILE',
    does: 'write every row into one file; the keys have a backup of their own',
    isConfirmed: true,
    words: 1,
    run: async (words, _flags, say) => (await import('./backup.ts')).backup(words, say),
  },
  restore: {
    usage: 'restore FILE',
    does: 'bring the rows of such a file back beside their keys',
    words: 1,
    run: async (words, _flags, say) => (await import('./restore.ts')).restore(words, say),
  },
  'keys backup': {
    usage: 'keys backup FILE [OFFICER…]',
    does: 'write the keys into one file, sealed to the officers; OFFICER is a file with a public half, where no list holds yet',
    isConfirmed: true,
    words: 1,
    optionalWords: 16,
    run: async (words, _flags, say) => (await import('./keys/backup.ts')).keysBackup(words, say),
  },
  'keys restore': {
    usage: 'keys restore FILE KEY',
    does: 'bring the keys of such a file, two days old at most, into a new data folder, with the key file of one officer',
    words: 2,
    run: async (words, _flags, say) => (await import('./keys/restore.ts')).keysRestore(words, say),
  },
  'keys rotate': {
    usage: 'keys rotate',
    does: 'give every program a new root, and destroy the old ones',
    isConfirmed: true,
    words: 0,
    run: async (_words, _flags, say) => (await import('./keys/rotate.ts')).keysRotate(say),
  },
  'cloud import': {
    usage: 'cloud import FILE [--good|--withdrawn]',
    does: 'bring a list of SHA-256, or CSV with such a column, into the Security Cloud, as malicious unless it says otherwise',
    words: 1,
    flags: ['--good', '--withdrawn'],
    run: async (words, flags, say) => (await import('./cloud-import.ts')).cloudImport(words, flags, say),
  },
  'cloud rotate': {
    usage: 'cloud rotate',
    does: 'sign the lists of the Security Cloud with the next key, which devices know already, and make another next one',
    isConfirmed: true,
    words: 0,
    run: async (_words, _flags, say) => (await import('./cloud-rotate.ts')).cloudRotate(say),
  },
  'rules import': {
    usage: 'rules import FILE [KEY|NAME LICENCE [AUTHOR]]',
    does: 'bring a rule set as a file: a bundle of another Vartio with the key that it shows, or rules (.yar, ZIP) with a name for them and their licence',
    words: 1,
    optionalWords: 3,
    run: async (words, _flags, say) => (await import('./rules-command.ts')).rulesImport(words, say),
  },
  'rules export': {
    usage: 'rules export FILE [SET]',
    does: 'write a rule set into a signed file, for a Vartio without internet',
    words: 1,
    optionalWords: 1,
    run: async (words, _flags, say) => (await import('./rules-command.ts')).rulesExport(words, say),
  },
  'bookkeeping export': {
    usage: 'bookkeeping export FILE',
    does: 'write every bookkeeping record into one file, a line of JSON for each; works after an emergency destruction too',
    isConfirmed: true,
    words: 1,
    run: async (words, _flags, say) => (await import('./bookkeeping-export.ts')).exportBookkeeping(words, say),
  },
  verify: {
    usage: 'verify FILE [KEY] [NUMBER]',
    does: 'check a receipt of a transparency log, without any network; KEY is that of the log, default this Vartio’s own; NUMBER is what was given to a person who was forgotten',
    words: 1,
    optionalWords: 2,
    run: async (words, _flags, say) => (await import('./verify.ts')).verify(words, say),
  },
  upgrade: {
    usage: 'upgrade --check',
    does: 'tell what this version would change in the databases, tried on a copy',
    words: 0,
    flags: ['--check'],
    run: async (_words, flags, say) => {
      // Upgrading is starting the new version; the word alone must not look as if it did something.
      if (!flags.includes('--check'))
        throw new Refusal('usage', 'Upgrading is starting the new version. Usage: vartio upgrade --check')
      await (await import('./upgrade.ts')).upgradeCheck(say)
    },
  },
  recover: {
    usage: 'recover [EMAIL] [--administrator [ORGANISATION]]',
    does: 'let a person in again when no administrator can sign in any more, or invite one where the last was erased; asks for the address, which an argument shows in the list of processes',
    words: 0,
    optionalWords: 2,
    flags: ['--administrator'],
    run: async (words, flags, say) => (await import('./recover.ts')).recover(words, flags, say),
  },
  support: {
    usage: 'support [FILE] [--yes]',
    does: 'gather technical data of this machine into one file for whoever helps; says first what it gathers, asks, and sends nothing',
    words: 0,
    optionalWords: 1,
    flags: ['--yes'],
    run: async (words, flags, say) => (await import('./support/command.ts')).support(words, flags, say),
  },
  'agent install': {
    usage: 'agent install [FILE] [--enrol]',
    does: 'protect this computer, or bring its agent up to date; asks for the code of the portal, or reads it from FILE, which nobody else may read',
    words: 0,
    optionalWords: 1,
    flags: ['--enrol'],
    run: async (words, flags) => (await import('./agent-command.ts')).installAgent(words, flags),
  },
  'agent uninstall': {
    usage: 'agent uninstall',
    does: 'take the agent away from this computer; what lies in quarantine stays',
    words: 0,
    run: async () => (await import('./agent-command.ts')).agentCommand(['uninstall']),
  },
  'agent archive': {
    usage: 'agent archive FILE',
    does: 'write what other computers need into one file, always the same for the same code',
    words: 1,
    run: async ([file = '']) => (await import('./agent-command.ts')).agentCommand(['archive', file]),
  },
  'agent package': {
    usage: 'agent package FILE',
    does: 'write the same as a Debian package that enrols with the portal of this Vartio',
    words: 1,
    run: async ([file = '']) => (await import('./agent-command.ts')).packageAgent(file),
  },
  'officer key': {
    usage: 'officer key FILE',
    does: 'make the offline key of an officer, who can order emergency destruction together with another',
    words: 1,
    run: async (words, _flags, say) => (await import('./officer-command.ts')).officerKey(words, say),
  },
  'officer sign': {
    usage: 'officer sign KEY LIST',
    does: 'put an officer’s signature under a list of officers',
    words: 2,
    run: async (words, _flags, say) => (await import('./officer-command.ts')).officerSign(words, say),
  },
  'emergency state': {
    usage: 'emergency state',
    does: 'tell whether emergency destruction is armed, and by whom',
    words: 0,
    run: async (_words, _flags, say) => (await import('./emergency/command.ts')).state(say),
  },
  'emergency sign': {
    usage: 'emergency sign KEY ORDER [INSTALLATION] [--rehearse]',
    does: 'write an officer’s order of emergency destruction, or of a rehearsal, into the file ORDER',
    words: 2,
    optionalWords: 1,
    flags: ['--rehearse'],
    run: async (words, flags, say) => (await import('./emergency/command.ts')).sign(words, flags, say),
  },
  'emergency rehearse': {
    usage: 'emergency rehearse [ORDER ORDER]',
    does: 'do the same for real on a copy, and tell how it went; two orders signed with --rehearse show that the officers have their keys',
    words: 0,
    optionalWords: 2,
    run: async (words, _flags, say) => (await import('./emergency/rehearse.ts')).rehearse(words, say),
  },
  'emergency destroy': {
    usage: 'emergency destroy ORDER ORDER',
    does: 'destroy everything, for ever and without a further question, on the orders of two officers',
    words: 0,
    optionalWords: 2,
    run: async (words, _flags, say) => (await import('./emergency/command.ts')).destroy(words, say),
  },
}

function help(): string {
  const width = Math.max(...Object.values(commands).map(({ usage }) => usage.length))
  return [
    'vartio COMMAND',
    '',
    ...Object.values(commands).map(
      ({ usage, does, isConfirmed }) => `${isConfirmed ? '* ' : '  '}${usage.padEnd(width)}  ${does}`,
    ),
    `  ${'agent install'.padEnd(width)}  protect this computer; vartio agent help says what else the agent does`,
    `  ${'help'.padEnd(width)}  this list`,
    '',
    '* prints a link and goes on once an administrator has confirmed it there with a passkey; ends with 9 where nobody does within 10 minutes.',
    'recover, restore and emergency destroy ask nobody to sign in: they want the owner of the data folder, or the officers’ keys, and each use is recorded.',
    'Settings are environment variables: docs/settings.md. How to run it in production: docs/operating.',
  ].join('\n')
}

async function run(args: readonly string[], say: Say): Promise<void> {
  const [first = 'help', second] = args
  if (first === 'help' || first === '--help' || first === '-h') {
    say(help())
    return
  }
  const isPair = Object.hasOwn(commands, `${first} ${second}`)
  const name = isPair ? `${first} ${second}` : first
  const rest = args.slice(isPair ? 2 : 1)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw new Refusal('usage', `There is no command ${name}. vartio help lists them.`)
  const flags = rest.filter((word) => word.startsWith('--'))
  const words = rest.filter((word) => !word.startsWith('--'))
  const unknown = flags.find((flag) => !command.flags?.includes(flag))
  const most = command.words + (command.optionalWords ?? 0)
  if (unknown || words.length < command.words || words.length > most)
    throw new Refusal(
      'usage',
      `${unknown ? `${unknown} is not known here` : 'Too few or too many words'}. Usage: vartio ${command.usage}`,
    )
  await command.run(words, flags, say)
}

/** One clear line, and the code. Only what nobody foresaw shows where in the code it came from. */
function explain(error: unknown, say: Say): number {
  if (error instanceof Refusal) {
    say.trouble(error.message)
    return exitCodes[error.reason].code
  }
  if (error instanceof AppError) {
    const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
    say.trouble(`${error.message}${cause}`)
    if (error.code.startsWith('settings.')) return exitCodes.usage.code
    return error.code.startsWith('migrate.') ? exitCodes.database.code : exitCodes.failed.code
  }
  say.trouble(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return exitCodes.failed.code
}

export async function runCommand(args: readonly string[]): Promise<never> {
  const say = createSay()
  // A closed umask of whoever starts us would close public keys and the placed code to the programs; what is private says so itself.
  process.umask(0o022)
  try {
    await run(args, say)
    process.exit(exitCodes.stopped.code)
  } catch (error) {
    process.exit(explain(error, say))
  }
}
