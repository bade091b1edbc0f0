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

/** Every route × everybody. What is refused must also have written nothing; whoever is let in must have been answered by the route. */
export async function hold<Options>(
  { routes, admin, notLooked, ask }: Probed<Options>,
  tries: readonly Try<Options>[],
): Promise<void> {
  assert.ok(routes.length > 0)
  const wrong: string[] = []
  for (const route of routes) {
    const tryThem = async (some: readonly Try<Options>[]) => {
      for (const one of some) {
        const answer = await ask(route, await one.with())
        const expected = expectedOutcome(route, one.asker)
        const said = `${nameOf(route)} asked by ${one.who}: ${answer.status} ${answer.code ?? ''}`
        if (outcomeOf(answer) !== expected) wrong.push(`${said}, expected: ${expected}`)
        if (answer.status >= 500 && !answer.code?.endsWith('unavailable')) wrong.push(`${said}: it failed`)
        if (answer.code === 'http.not_found') wrong.push(`${said}: it could not be probed`)
      }
    }
    const isLetIn = ({ asker }: Try<Options>) => expectedOutcome(route, asker) === 'let in'
    const before = await fingerprint(admin, notLooked)
    await tryThem(tries.filter((one) => !isLetIn(one)))
    for (const table of changed(before, await fingerprint(admin, notLooked)))
      wrong.push(`${nameOf(route)}: somebody who was refused wrote ${table}`)
    await tryThem(tries.filter(isLetIn))
  }
  assert.deepEqual(wrong, [])
}
