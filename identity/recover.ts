import { text } from 'node:stream/consumers'
import { AppError } from '#base/errors'
import { createPlatform } from '#server/platform'
import { within } from '#server/purpose'
import { buildIdentity, descriptions } from './build.ts'

// `vartio recover`, identity's half: the supervisor runs this once, as identity's own user, since only identity can make a link. It listens to
// nobody. The address comes by stdin: arguments and environments are read by others.

function refuse(): never {
  throw new Error('this process takes no requests')
}

const platform = createPlatform({ program: 'identity', descriptions, cookies: [], authorize: refuse })
const { recovery, services } = await buildIdentity(platform)
await platform.prepare()
const { email } = JSON.parse(await text(process.stdin)) as { email: string }
let answer: object
try {
  answer = await within('account', async () => {
    const { personId, link, code, expiresAt } = await recovery.beginHere(email)
    return { link, code, expiresAt, subject: await services.subjectOf('portal', personId) }
  })
} catch (error) {
  // What was foreseen is told in words; anything else ends the process and is in its log.
  if (!(error instanceof AppError) || error.status >= 500) throw error
  answer = { refused: error.message }
}
process.stdout.write(`${JSON.stringify({ answer })}\n`, () => process.exit(0))
