import { cookies } from '#architecture'
import { buildPortal, descriptions } from '#portal'
import { sessionCookie } from '#portal/sessions'
import type { DatabaseAddress } from '#server/database'
import { createPlatform } from '#server/platform'
import { within } from '#server/purpose'
import { createLayer } from '#tests/lay-fleet'
import { type MadeDevice, makeDevice } from '#tests/made-devices'

// The portal as it is, filled as somebody would find it after a while, and then asked over HTTP.
const { admin, large, others, each, events } = JSON.parse(process.env.BENCH_FLEET ?? '{}') as {
  admin: DatabaseAddress
  large: number
  others: number
  each: number
  events: number
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

const { database } = platform
const by = { actor: { kind: 'command', name: 'bench' }, from: { ip: '127.0.0.1', userAgent: 'bench' } } as const
const company = (name: string, parentId: string) =>
  within('service', () => portal.organizations.createBeneath(parentId, { name, kind: 'company' }, by))
const providerId = await database.transaction((tx) =>
  portal.organizations.createFirst(tx, {
    name: 'Bench',
    controller: { name: 'Bench Oy', postalAddress: 'Katu 1, 00100 Helsinki', contactEmail: 'bench@example.fi' },
  }),
)
const organizationId = await company('Suuri Oy', providerId)
const session = await within('sign-in', () =>
  database.transaction(async (tx) => {
    const released = { subject: 'bench', name: 'Bench', email: 'boss@example.fi', language: 'fi' } as const
    const { personId } = await portal.people.recognise(tx, released)
    await tx`select pg_catalog.set_config('vartio.organization_id', ${organizationId}, true)`
    await portal.people.join(tx, { organizationId, personId, roles: ['administrator'] }, by)
    return portal.sessions.start(tx, personId, platform.clock.now())
  }),
)

const began = performance.now()
const say = (what: string) => console.error(`${what} after ${((performance.now() - began) / 1_000).toFixed(0)} s`)
const [groups, tags] = await within('service', async () => {
  const label = (kind: 'group' | 'tag', at: number) =>
    portal.devices.makeLabel(organizationId, kind, `${kind} ${at}`, by)
  const made: [string[], string[]] = [[], []]
  for (let at = 0; at < 40; at += 1) made[0].push(await label('group', at))
  for (let at = 0; at < 20; at += 1) made[1].push(await label('tag', at))
  return made
})
const fleet: MadeDevice[] = Array.from({ length: large }, () => makeDevice(Date.now()))
const rest = new Map<string, readonly MadeDevice[]>()
for (let at = 0; at < others; at += 1)
  rest.set(
    await company(`Yritys ${at}`, providerId),
    Array.from({ length: each }, () => makeDevice(Date.now())),
  )
say(`${others} companies`)
await within('service', async () => {
  const layer = await createLayer(admin, platform.sealed)
  await within('security', () => layer.events(new Map([[organizationId, fleet], ...rest]), events, Date.now()))
  say(`${events} events`)
  // Last of all, so that they were seen a moment ago when somebody looks.
  const now = Date.now()
  const moved = performance.now() - began
  for (const one of [fleet, ...rest.values()].flat()) one.seenAt = new Date(Math.min(one.seenAt.getTime() + moved, now))
  // Those of the large company first: they are in its groups.
  await layer.devices(new Map([[organizationId, fleet]]), groups)
  await layer.devices(rest, [])
  await layer.tags(organizationId, fleet, tags)
  await layer.end()
  say(`${large + others * each} devices`)
})
await platform.listen()
process.stdout.write(
  `${JSON.stringify({ organizationId, cookie: `${sessionCookie}=${session.token}`, groups, tags })}\n`,
)
