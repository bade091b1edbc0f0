import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { join } from 'node:path'
import { type SettingName, type Settings, settingTable } from '#base/settings'
import { writeWhole } from '#base/write-file'
import type { Program } from '#server/migrate'
import { programPorts, publicUrls } from '#server/platform'
import type { DataFolder } from './data-folder.ts'
import { codeFolder } from './data-path.ts'
import { Refusal } from './refusal.ts'
import { recordsIn } from './statutory.ts'

/** In the order they are started. */
export const programs = Object.keys(programPorts) as Program[]

/** Programs that sign people in as a service of identity. */
export const clients: readonly Program[] = ['portal']

export function portOf(settings: Settings, program: Program): number {
  return settings.number('VARTIO_PORT') + programPorts[program]
}

export function isTls(settings: Settings): boolean {
  return Boolean(settings.text('VARTIO_TLS_CERTIFICATE_FILE') && settings.text('VARTIO_TLS_KEY_FILE'))
}

export function listenAddress(settings: Settings): string {
  return settings.text('VARTIO_LISTEN') ?? (isTls(settings) ? '0.0.0.0' : '127.0.0.1')
}

/** What the supervisor keeps to itself. */
const kept: readonly SettingName[] = [
  'VARTIO_DATA',
  'VARTIO_DATABASE_URL',
  'VARTIO_KEYS_URL',
  'VARTIO_PROGRAM_FOLDER',
  'VARTIO_PUBLIC_FOLDER',
  'VARTIO_CODE_FOLDER',
  'VARTIO_STATUTORY_FOLDER',
]

/**
 * The environment of one program: its settings and nothing of ours. Secrets, and files that only we may be able to read, are
 * copied into its folder: an environment can be read by others of the same user, and ends up in crash reports.
 */
export function programEnvironment(settings: Settings, folder: DataFolder, program: Program): Record<string, string> {
  const own = join(folder.programs, program)
  const environment: Record<string, string> = {
    NODE_ENV: 'production',
    TZ: 'UTC',
    VARTIO_PROGRAM_FOLDER: own,
    VARTIO_PUBLIC_FOLDER: folder.public,
    VARTIO_CODE_FOLDER: codeFolder,
    ...(program === 'portal' ? { VARTIO_STATUTORY_FOLDER: recordsIn(folder.path) } : {}),
  }
  for (const setting of settingTable) {
    const { name } = setting
    const value = settings.text(name)
    if (value === undefined || kept.includes(name)) continue
    if ('secret' in setting) {
      environment[`${name}_FILE`] = give(folder, program, name, value)
    } else if (setting.kind === 'file') {
      environment[name] = give(folder, program, name, readSettingFile(name, value))
    } else environment[name] = value
  }
  return environment
}

export function readSettingFile(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Refusal('usage', `${name}: ${path} cannot be read.`, { cause })
  }
}

function give(folder: DataFolder, program: Program, name: string, text: string): string {
  const path = join(folder.programs, program, name.toLowerCase().replaceAll('_', '-'))
  writeWhole(path, text, folder.accounts?.programs[program])
  return path
}

/** Where the code runs from: the clone itself, or root's copy of it. */
export type Code = { readonly folder: string; readonly node: string }

/**
 * Node's permission model as a second wall: a program reads the code and its own folders and writes its own; it starts no process,
 * * loads no native addon (but that of a token for the roots, where one is set) and makes no worker (all of which the model forbids unless told otherwise).
 */
export function permissions(code: Code, folder: DataFolder, program: Program, settings?: Settings): string[] {
  const own = join(folder.programs, program)
  const readable = ['package.json', 'architecture.ts', 'platform', 'engine', 'node_modules', 'web', ...programs]
    .map((name) => join(code.folder, name))
    .filter((path) => existsSync(path))
  return [
    '--permission',
    ...[...readable, folder.public].map((path) => `--allow-fs-read=${path}`),
    // The portal also writes bookkeeping records, where emergency destruction spares them.
    ...[own, ...(program === 'portal' ? [recordsIn(folder.path)] : [])].flatMap((path) => [
      `--allow-fs-read=${path}`,
      `--allow-fs-write=${path}`,
    ]),
    // The library of the token that holds the roots.
    ...(settings?.text('VARTIO_PKCS11_MODULE') ? ['--allow-addons'] : []),
  ]
}

/** What a process of a program is started with. */
export type Running = { readonly settings: Settings; readonly folder: DataFolder; readonly code: Code }

export function startProgram(
  program: Program,
  { settings, folder, code, reload }: Running & { readonly reload: boolean },
): ChildProcess {
  const account = folder.accounts?.programs[program]
  const main = join(code.folder, program, 'main.ts')
  // --watch starts a process of its own, which the permission model forbids; it is for development only.
  const args = reload
    ? ['--watch', '--watch-preserve-output', main]
    : [...permissions(code, folder, program, settings), main]
  return spawn(code.node, args, {
    cwd: join(folder.programs, program),
    env: programEnvironment(settings, folder, program),
    // The channel is never written to: its end tells the program that the supervisor is gone.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  })
}

type Answer = { readonly status: number; readonly body: string }

/** One GET to a program on this machine; undefined when nothing answers there. */
export function ask(
  settings: Settings,
  program: Program,
  path: string,
  { mostCharacters = 65_536, name }: { mostCharacters?: number; name?: string } = {},
): Promise<Answer | undefined> {
  const listen = listenAddress(settings)
  const host = listen === '0.0.0.0' ? '127.0.0.1' : listen === '::' ? '::1' : listen
  // A program answers under its public name only, but for what it tells this machine alone.
  const headers = { host: name ?? publicUrls(settings)[program].host }
  const options = { host, port: portOf(settings, program), path, timeout: 5_000, headers, agent: false }
  return new Promise((resolve) => {
    // Its own certificate names its public host, not this address; nothing secret is asked or told here.
    const request = isTls(settings) ? requestHttps({ ...options, rejectUnauthorized: false }) : requestHttp(options)
    request.on('response', (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
        if (body.length > mostCharacters) response.destroy()
      })
      response.on('close', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    request.on('timeout', () => request.destroy())
    // Refused, reset, timed out: to whoever looks these are one and the same silence.
    request.on('error', () => resolve(undefined))
    request.end()
  })
}

export async function lookAt(settings: Settings, program: Program): Promise<'ready' | 'answers' | 'silent'> {
  const answer = await ask(settings, program, '/health/ready')
  if (!answer) return 'silent'
  return answer.status === 200 ? 'ready' : 'answers'
}

/** Whether this Vartio has been set up: then the link that makes the first administrator is not shown any more. */
export async function isSetUp(settings: Settings): Promise<boolean> {
  const answer = await ask(settings, 'portal', '/api/set-up')
  return answer?.status === 200 && (JSON.parse(answer.body) as { state?: unknown }).state === 'finished'
}
