import { createHash } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { dirname } from 'node:path'
import { z } from 'zod'
import { type Confirmable, confirmable } from './confirmable.ts'

// What the supervisor's commands and the portal tell each other: what is to be confirmed by a named person, and what was used where nobody could.

/** Those that a machine does by itself each night: what has been confirmed once may be repeated, into the same folder and to the same officers. */
const repeatable: readonly Confirmable[] = ['backup', 'keys backup']

/** Commands that ask nobody, since nobody may be there to be asked, or that touch nobody's data: each use is recorded. */
export const usable = [
  'recover',
  'restore',
  'keys restore',
  'emergency destroy',
  'emergency rehearse',
  'cloud import',
] as const
export type Usable = (typeof usable)[number]

export const confirmationMinutes = 10
export const repeatDays = 90

/** Everything that a person sees before they confirm; made by the process that will do it, and by nobody after it. */
export const wantedCommand = z.strictObject({
  id: z.uuid(),
  command: z.enum(confirmable),
  /** Where what is handed out goes; a whole path. */
  file: z.string().max(4_096).nullable(),
  /** Who could open it: names made of their keys. */
  officers: z.array(z.string().max(100)).max(32),
  machine: z.string().max(255),
  /** As the machine knows whoever gave the command. */
  user: z.string().max(255),
  folder: z.string().max(4_096),
})
export type WantedCommand = z.output<typeof wantedCommand>

const hash = (values: readonly unknown[]) => createHash('sha256').update(JSON.stringify(values)).digest('hex')

/** What is confirmed is what runs: the page sends it back, the command compares it with its own. */
export const digestOf = ({ id, command, file, officers, machine, user, folder }: WantedCommand): string =>
  hash([id, command, file, officers, machine, user, folder])

/** Under what it may be repeated, also by what was restored into another data folder; null: only this once. */
export const scopeOf = ({ command, file, officers, machine }: WantedCommand): string | null =>
  repeatable.includes(command) && file !== null ? hash([command, dirname(file), officers.toSorted(), machine]) : null

/** The same short sign in the terminal and on the page: whoever has two commands before them tells them apart. */
export const signOf = (digest: string): string => `${digest.slice(0, 4)}-${digest.slice(4, 8)}`.toUpperCase()

export const thisMachine = (): string => hostname().slice(0, 255)

/** Whoever became root by sudo is who they were before. */
export const thisUser = (): string => (process.env.SUDO_USER ?? userInfo().username).slice(0, 255)

/** What the supervisor lays into the portal's own folder, for the logs; the portal takes it at once, or at its next start. */
export const usedFile = (id: string): string => `used-${id}.json`
export const usedFileName = /^used-[0-9a-f-]{36}\.json$/
export const usedCommand = z.strictObject({
  id: z.uuid(),
  command: z.enum(usable),
  outcome: z.enum(['done', 'refused']),
  at: z.iso.datetime(),
})
export type UsedCommand = z.output<typeof usedCommand>
