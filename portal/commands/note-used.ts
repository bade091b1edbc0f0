import { enter } from '#portal/organizations'
import { appended } from '#privacy/transparency/api'
import type { Sql } from '#server/database'
import type { Usable, UsedCommand } from '#server/terminal'
import type { Uses } from './index.ts'

/** Whoever uses one of these needs no passkey, so everybody may know that it was used. */
const inPublic: readonly Usable[] = ['recover', 'restore', 'keys restore', 'emergency destroy']

/** Into the audit log of the provider, where there is one, and the transparency log. */
export async function noteUsed(
  { audit, organizations, messages }: Pick<Uses, 'audit' | 'organizations' | 'messages'>,
  tx: Sql,
  { id, command, outcome, at }: UsedCommand,
): Promise<void> {
  const organizationId = await organizations.findProvider(tx)
  if (organizationId !== undefined) {
    await enter(tx, organizationId)
    await audit.record(tx, {
      organizationId,
      actor: { kind: 'command', name: command },
      action: 'commands.used',
      target: { kind: 'organization', id: organizationId },
      outcome,
      details: { use: id },
    })
  }
  if (inPublic.includes(command))
    await messages.publish(tx, 'commands.used', 'use', {
      entryId: id,
      command: command.replace(' ', '-'),
      outcome,
      at: Date.parse(at),
    })
}

export function subscribeUsed({ messages, calls }: Pick<Uses, 'messages' | 'calls'>): void {
  messages.subscribe(
    'commands.used',
    { name: 'commands.hand-over', purpose: 'security' },
    async ({ payload: { entryId, command, outcome, at } }) => {
      const time = `${new Date(Number(at)).toISOString().slice(0, 19)}Z`
      const entry = { kind: 'command-used', command: String(command), outcome: String(outcome), at: time }
      await calls.call('privacy', '/calls/transparency/append', { entryId: String(entryId), entry }, appended, {
        isIdempotent: true,
        // The message's transaction is open meanwhile.
        timeoutMilliseconds: 5_000,
      })
    },
  )
}
