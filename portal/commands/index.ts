import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { People } from '#portal/people'
import type { Calls } from '#server/calls'
import type { Database } from '#server/database'
import { startLoop } from '#server/loop'
import type { Messages } from '#server/messages'
import type { Route } from '#server/routes'
import type { Sealer, Sealing } from '#server/sealed'
import { usedCommand, usedFileName } from '#server/terminal'
import type { commandList } from './api.ts'
import { type Answered, type Asking, ask } from './ask.ts'
import { data } from './data.ts'
import { confirm, list, withdraw } from './decide.ts'
import { noteUsed, subscribeUsed } from './note-used.ts'
import { routes } from './routes.ts'

export type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly messages: Pick<Messages, 'publish' | 'subscribe'>
  readonly calls: Pick<Calls, 'call'>
  readonly audit: Pick<Audit, 'record'>
  readonly organizations: Pick<Organizations, 'describe' | 'findProvider'>
  readonly people: Pick<People, 'names' | 'rightsIn'>
  readonly sealer: Sealer<'said'>
}

type Needs = Omit<Uses, 'audit' | 'organizations' | 'people' | 'sealer'> & {
  readonly log: Log
  readonly sealed: Sealing
  /** Where the supervisor lays what was used. */
  readonly folder: string
}

export type Commands = {
  /** Of the process that runs the command: waits until somebody has decided, or nobody does. */
  ask(asking: Asking): Promise<Answered>
  list(organizationId: string): Promise<z.input<typeof commandList>>
  confirm(
    organizationId: string,
    decision: { confirmationId: string; personId: string; digest: string; repeat: boolean },
    by: By,
  ): Promise<void>
  withdraw(organizationId: string, confirmationId: string, personId: string, by: By): Promise<void>
  /** Takes what the supervisor has laid here. */
  takeUsed(): Promise<boolean>
  start(): void
  stop(): Promise<void>
  readonly routes: readonly Route[]
}

export function createCommands(
  { log, sealed, folder, ...needs }: Needs,
  areas: Pick<Uses, 'audit' | 'organizations' | 'people'>,
): Commands {
  const uses: Uses = { ...needs, ...areas, sealer: sealed.table(data, 'confirmation', ['said']) }
  subscribeUsed(uses)
  let loop: ReturnType<typeof startLoop> | undefined
  const commands: Omit<Commands, 'routes'> = {
    ask: (asking) => ask(uses, asking),
    list: (organizationId) => list(uses, organizationId),
    confirm: (organizationId, decision, by) => confirm(uses, organizationId, decision, by),
    withdraw: (organizationId, confirmationId, personId, by) =>
      withdraw(uses, organizationId, confirmationId, personId, by),
    async takeUsed() {
      const names = existsSync(folder) ? readdirSync(folder).filter((name) => usedFileName.test(name)) : []
      for (const name of names.slice(0, 100)) {
        const path = join(folder, name)
        const used = usedCommand.parse(JSON.parse(readFileSync(path, 'utf8')))
        await uses.database.transaction((tx) => noteUsed(uses, tx, used))
        // Killed in between, it is recorded twice under one number; never not at all.
        rmSync(path, { force: true })
      }
      return names.length > 100
    },
    start() {
      loop = startLoop({
        name: 'commands.used',
        purpose: 'security',
        everyMilliseconds: 2_000,
        log,
        run: commands.takeUsed,
      })
    },
    async stop() {
      await loop?.stop()
    },
  }
  return { ...commands, routes: routes(commands) }
}
