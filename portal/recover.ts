import { text } from 'node:stream/consumers'
import { AppError } from '#base/errors'
import { emailAddress } from '#base/fields'
import { enter } from '#portal/organizations'
import type { Sql } from '#server/database'
import { createPlatform } from '#server/platform'
import { within } from '#server/purpose'
import { buildPortal, descriptions } from './build.ts'

// `vartio recover`, the portal's half. The supervisor runs this once, as the portal's own user. Either somebody is let in again: that is written into the audit log of each
// organisation they belong to, and the link is shown only then. Or an organisation that has lost its last administrator gets another, by an invitation.

type Asked = { subject: string } | { administrator: string; organization?: string }

class Refused extends Error {}

function refuse(): never {
  throw new Error('this process takes no requests')
}

const platform = createPlatform({ program: 'portal', descriptions, cookies: [], authorize: refuse })
const { audit, invitations, organizations, people } = buildPortal(platform)
await platform.prepare()
const { sql, transaction } = platform.database
const actor = { kind: 'command', name: 'recover' } as const

const record = (subject: string) => async (tx: Sql) => {
  const personId = await people.findBySubject(tx, subject)
  if (personId === undefined) return 0
  await people.enter(tx, personId)
  const memberships = await people.membershipsOf(tx)
  for (const { organizationId } of memberships) {
    await enter(tx, organizationId)
    const target = { kind: 'person', id: personId } as const
    await audit.record(tx, { organizationId, actor, action: 'people.recovery_begun', target })
  }
  return memberships.length
}

async function findOrganization(wanted: string | undefined): Promise<string> {
  if (wanted === undefined) {
    const provider = await organizations.findProvider(sql)
    if (provider === undefined)
      throw new Refused('This Vartio has not been set up yet: its first administrator does that.')
    return provider
  }
  const found = await organizations.findNamed(sql, wanted)
  if (found.length > 1) throw new Refused(`Several organisations are called so. Give a number: ${found.join(', ')}.`)
  if (found[0] === undefined) throw new Refused('There is no organisation of this name.')
  return found[0]
}

async function answer(asked: Asked): Promise<object> {
  if ('subject' in asked) return { recorded: await transaction(record(asked.subject)) }
  const email = emailAddress.safeParse(asked.administrator)
  if (!email.success) throw new Refused('This is not an e-mail address.')
  const organizationId = await findOrganization(asked.organization)
  const named = (await organizations.describe(sql, [organizationId])).get(organizationId)
  const invitation = { email: email.data, language: 'fi' } as const
  const { link, expiresAt } = await invitations.inviteAdministrator(organizationId, invitation, { actor })
  return { link, expiresAt, organization: named?.name ?? organizationId }
}

let said: object
try {
  const asked = JSON.parse(await text(process.stdin)) as Asked
  said = await within('subject' in asked ? 'account' : 'members', () => answer(asked))
} catch (error) {
  // What was foreseen is told in words; anything else ends the process and is in its log.
  if (!(error instanceof Refused) && !(error instanceof AppError && error.status < 500)) throw error
  said = { refused: error.message }
}
process.stdout.write(`${JSON.stringify({ answer: said })}\n`, () => process.exit(0))
