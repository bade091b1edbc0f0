import { readFileSync } from 'node:fs'
import { cookies } from '#architecture'
import { buildPortal, descriptions } from '#portal'
import type { DatabaseAddress } from '#server/database'
import { createPlatform } from '#server/platform'
import { within } from '#server/purpose'
import { createLayer } from '#tests/lay-fleet'
import type { MadeDevice } from '#tests/made-devices'
import { everyPolicy, type ToldDevice } from './devices.ts'

// The portal as it is, with companies that each have a policy of their own, devices that were enrolled before, and codes for those that come.
const { admin, file, companies, enrolments } = JSON.parse(process.env.BENCH_FLEET ?? '{}') as {
  admin: DatabaseAddress
  file: string | null
  companies: number
  enrolments: number
}
const built: { portal?: ReturnType<typeof buildPortal> } = {}
const platform = createPlatform({
  program: 'portal',
  descriptions,
  cookies: cookies.filter(({ program }) => program === 'portal').map(({ name }) => name),
  authorize: (asked, request) => built.portal!.authorize(asked, request),
})
const portal = buildPortal(platform)
built.portal = portal
await platform.expiry.prepare()

if (file) {
  process.stdout.write(`${JSON.stringify({ codes: await lay(file) })}\n`)
  // Another process answers, with nothing of all this in its memory.
  process.exit()
}
await platform.listen()
process.stdout.write('{"codes":[]}\n')

async function lay(from: string): Promise<string[]> {
  const { database } = platform
  const by = { actor: { kind: 'command', name: 'bench' }, from: { ip: '127.0.0.1', userAgent: 'bench' } } as const
  const providerId = await database.transaction((tx) =>
    portal.organizations.createFirst(tx, {
      name: 'Bench',
      controller: { name: 'Bench Oy', postalAddress: 'Katu 1, 00100 Helsinki', contactEmail: 'bench@example.fi' },
    }),
  )
  const codes: string[] = []
  const withCodes = Math.min(companies, 200)
  const fleets = new Map<string, MadeDevice[]>()
  await within('service', async () => {
    for (let at = 0; at < companies; at += 1) {
      const organizationId = await portal.organizations.createBeneath(
        providerId,
        { name: `Yritys ${at}`, kind: 'company' },
        by,
      )
      fleets.set(organizationId, [])
      await portal.policies.change(organizationId, { version: 1, settings: everyPolicy }, by)
      if (at >= withCodes) continue
      const uses = Math.ceil(enrolments / withCodes)
      codes.push((await portal.devices.makeCode(organizationId, { uses, hours: 24 }, by)).code)
    }
    const ids = [...fleets.keys()]
    const now = new Date()
    for (const told of JSON.parse(readFileSync(from, 'utf8')) as ToldDevice[])
      fleets.get(ids[told.company] as string)?.push({
        ...told,
        publicKey: Buffer.from(told.publicKey, 'base64url'),
        state: 'protected',
        seenAt: now,
        enrolledAt: now,
        hasTestRules: false,
        lost: 0,
      })
    const layer = await createLayer(admin, platform.sealed)
    await layer.devices(fleets, [])
    await layer.end()
  })
  return codes
}
