import { z } from 'zod'
import { cookies } from '#architecture'
import { buildPortal, descriptions } from '#portal'
import { sessionCookie } from '#portal/sessions'
import type { Sql } from '#server/database'
import { createPlatform } from '#server/platform'
import { within } from '#server/purpose'
import { route } from '#server/routes'

// The portal as it is, all areas built, with one route more: it does nothing but be allowed or not. Whoever asks is looked up by the
// session's cookie, and the right by their role in the organisation, in PostgreSQL at each request.
const built: { portal?: ReturnType<typeof buildPortal> } = {}
const platform = createPlatform({
  program: 'portal',
  descriptions,
  cookies: cookies.filter(({ program }) => program === 'portal').map(({ name }) => name),
  authorize: (asked, request) => built.portal!.authorize(asked, request),
})
const portal = buildPortal(platform)
built.portal = portal
platform.http.register('bench', [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/bench',
    permission: 'overview.read',
    purpose: 'service',
    does: 'measure what a request costs',
    params: z.object({ organizationId: z.uuid() }),
    answer: z.object({ organizationId: z.uuid(), isHere: z.boolean() }),
    run: async ({ params }) => ({ organizationId: params.organizationId, isHere: true }),
  }),
])
await platform.expiry.prepare()

const { database } = platform
const organizationId = await database.transaction((tx) =>
  portal.organizations.createFirst(tx, {
    name: 'Bench',
    controller: { name: 'Bench Oy', postalAddress: 'Katu 1, 00100 Helsinki', contactEmail: 'bench@example.fi' },
  }),
)
const by = { actor: { kind: 'command', name: 'bench' }, from: { ip: '127.0.0.1', userAgent: 'bench' } } as const
// Many people at once, as it would be: no two connections share a session.
const sessions: string[] = []
for (let number = 0; number < 128; number += 1) {
  const begin = async (tx: Sql) => {
    const released = {
      subject: `bench-${number}`,
      name: 'Bench',
      email: `bench${number}@example.fi`,
      language: 'fi',
    } as const
    const { personId } = await portal.people.recognise(tx, released)
    await tx`select pg_catalog.set_config('vartio.organization_id', ${organizationId}, true)`
    await portal.people.join(tx, { organizationId, personId, roles: number === 0 ? ['administrator'] : ['viewer'] }, by)
    return portal.sessions.start(tx, personId, platform.clock.now())
  }
  const session = await within('sign-in', () => database.transaction(begin))
  sessions.push(`${sessionCookie}=${session.token}`)
}
await platform.listen()
process.stdout.write(`${JSON.stringify({ organizationId, sessions })}\n`)
