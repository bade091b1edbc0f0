import { X509Certificate } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Settings, settingTable } from '#base/settings'
import { asked, machineHere, versionsHere } from '#base/support'
import { type LogSeen, readLog, readOwnWords, readServerLog } from '#base/support-log'
import { readKeyBackups } from '#server/key-backups'
import { codeFolder } from '../data-path.ts'
import { programs } from '../programs.ts'
import { listBackups } from '../recorded-backups.ts'
import { pairTrouble, readPair } from '../tls.ts'
import { askDatabases } from './ask-databases.ts'
import { lookAtPrograms } from './look-at-programs.ts'

export type Looking = {
  /** The data folder. */
  readonly path: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Undefined: one of them is wrong, and which. */
  readonly settings: Settings | undefined
  readonly wrong: string | undefined
}

/** Those whose value is a number or one of a few words, and says nothing of whose Vartio this is. */
const harmless: ReadonlySet<string> = new Set([
  'VARTIO_DEMO',
  'VARTIO_PORT',
  'VARTIO_CLOUD_PER_MINUTE',
  'VARTIO_KEEP_MONTHS',
  'VARTIO_LOG_LEVEL',
])

function describeSettings({ environment, settings, wrong }: Looking) {
  const given = settingTable.flatMap(({ name }) => {
    const isSet = Boolean(environment[name] || environment[`${name}_FILE`])
    if (harmless.has(name) && settings) return [[name, settings.text(name) ?? 'not set']]
    return [[name, isSet ? 'set' : 'not set']]
  })
  return { ...(wrong ? { wrong } : {}), ...Object.fromEntries(given) }
}

const folders = [
  'postgres',
  'keys',
  'programs',
  ...programs.map((program) => `programs/${program}`),
  'public',
  'secrets',
  'placed',
  'logs',
  'run',
  'run-keys',
  'statutory',
]

/** Users that Vartio has made; anybody else is nobody's name in the file. */
function ownAccounts(): ReadonlyMap<number, string> {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const found = lines.map((line) => line.split(':')).filter(([name = '']) => name.startsWith('vartio-'))
  return new Map(found.map(([name = '', , uid]) => [Number(uid), name]))
}

function describeFolders({ path }: Looking) {
  const accounts = ownAccounts()
  const starter = statSync(path).uid
  const whose = (uid: number) => (uid === starter ? 'whoever starts Vartio' : (accounts.get(uid) ?? 'somebody else'))
  return Object.fromEntries(
    ['.', ...folders].map((name) => {
      const stat = lstatSync(join(path, name), { throwIfNoEntry: false })
      if (!stat) return [name, 'not there']
      const mode = (stat.mode & 0o7777).toString(8)
      return [name, stat.isDirectory() ? `${mode}, of ${whose(stat.uid)}` : 'no folder']
    }),
  )
}

function describeCertificate({ settings }: Looking) {
  const pair = settings && readPair(settings)
  if (!pair) return 'not set'
  return {
    endsAt: new X509Certificate(pair.certificate).validToDate.toISOString(),
    isUsable: pairTrouble(pair) === undefined,
  }
}

function describeBackups({ path }: Looking) {
  const all = listBackups(path)
  const of = (kind: 'data' | 'keys') => {
    const own = all.filter((one) => one.kind === kind)
    return {
      recorded: own.length,
      stillThere: own.filter((one) => existsSync(one.path)).length,
      newest:
        own
          .map(({ at }) => new Date(at).toISOString())
          .sort()
          .at(-1) ?? null,
    }
  }
  return { data: of('data'), keys: of('keys') }
}

function describeKeys({ path }: Looking) {
  const rootsOf = (program: string) => {
    const folder = join(path, 'programs', program, 'roots')
    const times = (existsSync(folder) ? readdirSync(folder) : []).map((name) => lstatSync(join(folder, name)).mtime)
    const newest = times.sort((a, b) => a.getTime() - b.getTime()).at(-1)
    return { roots: times.length, newest: newest?.toISOString() ?? null }
  }
  return Object.fromEntries(programs.map((program) => [program, rootsOf(program)]))
}

/** Everything that the notice names; what does not answer is told as that. */
export async function gatherServer(looking: Looking) {
  const { path } = looking
  const words = readOwnWords(codeFolder)
  const ask = <T>(question: () => T | Promise<T>) => asked(words, question)
  const logOf = (name: string) => join(path, 'logs', `${name}.log`)
  const logs: Record<string, unknown> = {}
  const starts: Record<string, LogSeen['starts']> = {}
  for (const program of programs) {
    const seen = await ask(() => readLog(logOf(program), words, 'the program listens'))
    if ('notAnswered' in seen) logs[program] = seen
    else {
      const { starts: began, ...rest } = seen
      starts[program] = began
      logs[program] = rest
    }
  }
  for (const name of ['postgres', 'keys']) logs[name] = await ask(() => readServerLog(logOf(name)))
  const [machine, found, databases] = await Promise.all([
    ask(() => machineHere(path)),
    ask(() => lookAtPrograms(looking, ask, starts)),
    ask(() => askDatabases(looking, ask)),
  ])
  const { version } = JSON.parse(readFileSync(join(codeFolder, 'package.json'), 'utf8')) as { version: string }
  return {
    versions: {
      vartio: version,
      postgres: 'data' in databases && 'version' in databases.data ? databases.data.version : 'not known',
      ...versionsHere(),
    },
    machine,
    settings: describeSettings(looking),
    folders: await ask(() => describeFolders(looking)),
    programs: found,
    databases,
    certificate: await ask(() => describeCertificate(looking)),
    backups: await ask(() => describeBackups(looking)),
    keys: {
      ...(await ask(() => describeKeys(looking))),
      backupsPastTheirTime: await ask(() => readKeyBackups(join(path, 'public')).tooOld),
    },
    errors: logs,
  }
}
