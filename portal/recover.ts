import { text } from 'node:stream/consumers'
import { enter } from '#portal/organizations'
import type { Sql } from '#server/database'
import { createPlatform } from '#server/platform'
import { within } from '#server/purpose'
import { buildPortal, descriptions } from './build.ts'

// `vartio recover`, the portal's half: writes into the audit log of each organisation the person belongs to that somebody with the data folder in
// their hands has let them in. The supervisor runs this once, as the portal's own user, and shows the link only when it is recorded.

function refuse(): never {
  throw new Error('this process takes no requests')
}

const platform = createPlatform({ program: 'portal', descriptions, cookies: [], authorize: refuse })
const { audit, people } = buildPortal(platform)
await platform.prepare()
const { subject } = JSON.parse(await text(process.stdin)) as { subject: string }
const record = async (tx: Sql) => {
  const personId = await people.findBySubject(tx, subject)
  if (personId === undefined) return 0
  await people.enter(tx, personId)
  const memberships = await people.membershipsOf(tx)
  for (const { organizationId } of memberships) {
    await enter(tx, organizationId)
    await audit.record(tx, {
      organizationId,
      actor: { kind: 'command', name: 'recover' },
      action: 'people.recovery_begun',
      target: { kind: 'person', id: personId },
    })
  }
  return memberships.length
}
const recorded = await within('account', () => platform.database.transaction(record))
process.stdout.write(`${JSON.stringify({ answer: { recorded } })}\n`, () => process.exit(0))
