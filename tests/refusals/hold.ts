import assert from 'node:assert/strict'
import type { Sql } from '#server/database'
import type { Route } from '#server/routes'
import { type Asker, expectedOutcome, outcomeOf } from './expected.ts'
import { changed, fingerprint } from './rows.ts'

export type Try<Options> = { readonly who: string; readonly asker: Asker; readonly with: () => Promise<Options> }

export type Probed<Options> = {
  readonly routes: readonly Route[]
  readonly admin: Sql
  /** Tables that asking itself writes. */
  readonly notLooked: readonly string[]
  readonly ask: (route: Route, options: Options) => Promise<{ status: number; code: string | undefined }>
}

export const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>) => `${method} ${path}`

/** So many refused requests are under way at once: they write nothing, so none stands in the way of another. */
const atOnce = 8

/** Every route × everybody. What is refused must also have written nothing; whoever is let in must have been answered by the route. */
export async function hold<Options>(
  { routes, admin, notLooked, ask }: Probed<Options>,
  tries: readonly Try<Options>[],
): Promise<void> {
  assert.ok(routes.length > 0)
  const wrong: string[] = []
  const tryIt = async (route: Route, one: Try<Options>, options: Options) => {
    const answer = await ask(route, options)
    const expected = expectedOutcome(route, one.asker)
    const said = `${nameOf(route)} asked by ${one.who}: ${answer.status} ${answer.code ?? ''}`
    if (outcomeOf(answer) !== expected) wrong.push(`${said}, expected: ${expected}`)
    if (answer.status >= 500 && !answer.code?.endsWith('unavailable')) wrong.push(`${said}: it failed`)
    if (answer.code === 'http.not_found') wrong.push(`${said}: it could not be probed`)
  }
  const isLetIn = (route: Route, { asker }: Try<Options>) => expectedOutcome(route, asker) === 'let in'
  const refuse = async (some: readonly Route[]) => {
    // One session each: a refusal that ended it would show in the next answer.
    const everybody = await Promise.all(tries.map(async (one) => ({ one, options: await one.with() })))
    const left = some.flatMap((route) =>
      everybody.filter(({ one }) => !isLetIn(route, one)).map((each) => ({ route, ...each })),
    )
    const before = await fingerprint(admin, notLooked)
    const go = async () => {
      for (let next = left.pop(); next; next = left.pop()) await tryIt(next.route, next.one, next.options)
    }
    await Promise.all(Array.from({ length: atOnce }, go))
    return changed(before, await fingerprint(admin, notLooked))
  }
  // All routes together, for speed; one by one only where something was written, to name who did.
  const written = await refuse(routes)
  for (const table of written) wrong.push(`somebody who was refused wrote ${table}`)
  if (written.length > 0)
    for (const route of routes)
      for (const table of await refuse([route])) wrong.push(`${nameOf(route)}: somebody who was refused wrote ${table}`)
  for (const route of routes)
    for (const one of tries) if (isLetIn(route, one)) await tryIt(route, one, await one.with())
  assert.deepEqual(wrong, [])
}
