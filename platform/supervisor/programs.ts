import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { join } from 'node:path'
import { type SettingName, type Settings, settingTable } from '#base/settings'
import type { Program } from '#server/migrate'
import { programPorts } from '#server/platform'
import { codeFolder, type DataFolder } from './data-folder.ts'
import { Refusal } from './refusal.ts'
import { writePrivate } from './secrets.ts'

/** In the order they are started. */
export const programs = (Object.keys(programPorts) as Program[]).filter((program) =>
  existsSync(join(codeFolder, program, 'main.ts')),
)

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
  'VARTIO_PROGRAM_FOLDER',
  'VARTIO_PUBLIC_FOLDER',
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
  writePrivate(path, text, folder.accounts?.programs[program])
  return path
}

/** Where the code runs from: the clone itself, or root's copy of it. */
export type Code = { readonly folder: string; readonly node: string }

/**
 * Node's permission model as a second wall: a program reads the code and its own folders and writes its own; it starts no process,
 * loads no native addon and makes no worker (all of which the model forbids unless told otherwise).
 */
export function permissions(code: Code, folder: DataFolder, program: Program): string[] {
  const own = join(folder.programs, program)
  const readable = ['package.json', 'architecture.ts', 'platform', 'node_modules', 'web', ...programs]
    .map((name) => join(code.folder, name))
    .filter((path) => existsSync(path))
  return [
    '--permission',
    ...[...readable, own, folder.public].map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${own}`,
  ]
}

export function startProgram(
  program: Program,
  { settings, folder, code, reload }: { settings: Settings; folder: DataFolder; code: Code; reload: boolean },
): ChildProcess {
  const account = folder.accounts?.programs[program]
  const main = join(code.folder, program, 'main.ts')
  // --watch starts a process of its own, which the permission model forbids; it is for development only.
  const args = reload ? ['--watch', '--watch-preserve-output', main] : [...permissions(code, folder, program), main]
  return spawn(code.node, args, {
    cwd: join(folder.programs, program),
    env: programEnvironment(settings, folder, program),
    // The channel is never written to: its end tells the program that the supervisor is gone.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  })
}

/** Asks a program how it is, on this machine. */
export function lookAt(settings: Settings, program: Program): Promise<'ready' | 'answers' | 'silent'> {
  const listen = listenAddress(settings)
  const host = listen === '0.0.0.0' ? '127.0.0.1' : listen === '::' ? '::1' : listen
  const options = { host, port: portOf(settings, program), path: '/health/ready', timeout: 5_000 }
  return new Promise((resolve) => {
    // Its own certificate names its public host, not this address; nothing secret is asked or told here.
    const request = isTls(settings)
      ? requestHttps({ ...options, rejectUnauthorized: false, agent: false })
      : requestHttp({ ...options, agent: false })
    request.on('response', (response) => {
      response.resume()
      resolve(response.statusCode === 200 ? 'ready' : 'answers')
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve('silent'))
    request.on('close', () => resolve('silent'))
    request.end()
  })
}
