import { statSync } from 'node:fs'
import type { LineWatch } from '#base/line-watch'
import { redact } from '#base/log-fields'
import { type Description, describedColumns } from './describe.ts'
import type { Keys } from './keys/keys.ts'
import { epochOf } from './keys/prepare-store.ts'
import type { Program } from './migrate.ts'
import { figureIn, type Proofs, type ProofTable } from './proofs.ts'

// What every program proves of itself, whichever areas it has.

type Needs = {
  readonly program: Program
  readonly proofs: Pick<Proofs, 'define'>
  readonly publicFolder: string
  readonly watch: Pick<LineWatch, 'found'>
  readonly cookiesSent: () => readonly string[]
  readonly keys: Pick<Keys, 'state'>
}

/** What only the program itself knows, from the tables and its own folder. */
export type Known = {
  /** Names of its cookies in the table of cookies, which is what the notice prints. */
  readonly cookies: readonly string[]
  readonly descriptions: readonly Description[]
  /** Of its areas. */
  readonly proofs: readonly ProofTable[]
  /** The committed schema.sql, whole. */
  readonly schema: string
}

/** As people, libraries and PostgreSQL have written them into errors. Each must be gone after redaction. */
const samples = [
  'maija.meikalainen@example.fi could not sign in',
  'RCPT TO:<maija+post@example.fi> refused',
  'connect ECONNREFUSED 192.0.2.44:25',
  'peer 2001:db8::1f2e closed the connection',
  'hetu 131052-308T on jo käytössä',
  'https://user:salasana@mail.example.fi/inbox',
  `Bearer ${'q3vX9_kLm2Tz'.repeat(4)}`,
]
const telling = /maija|meikalainen|192\.0\.2\.44|2001:db8|131052|salasana|q3vX9/

export function defineOwnProofs(
  { program, proofs, publicFolder, watch, cookiesSent, keys }: Needs,
  known: Known,
): void {
  const rights = knownRights(known.schema)
  const libraries = known.descriptions.filter(({ library }) => library).map(({ schema }) => schema)
  const columns = known.descriptions.flatMap(({ schema, tables }) =>
    Object.entries(tables).flatMap(([table, description]) =>
      describedColumns(description).map((column) => `${schema}.${table}.${column}`),
    ),
  )
  const sealed = known.descriptions.flatMap(({ schema, tables }) =>
    Object.entries(tables).flatMap(([table, { sealed: value }]) =>
      value ? [{ table: `${schema}.${table}`, column: value.column }] : [],
    ),
  )
  const cookies = new Set(known.cookies.flatMap((name) => [name, `__Host-${name}`, `__Secure-${name}`]))

  for (const table of known.proofs)
    for (const [name, proof] of Object.entries(table)) proofs.define(name as keyof ProofTable, proof)
  proofs.define('database.rights', {
    clauses: ['ID-85', 'DI-15', 'DI-16', 'DI-17'],
    limit: 0,
    unit: 'rights',
    run: async ({ prover }) =>
      figureIn(await prover`select proofs.prove_rights(${program}, ${rights}::text[])::text as figure`),
  })
  proofs.define('database.undescribed', {
    clauses: ['DSR-01', 'PT-20'],
    limit: 0,
    unit: 'columns',
    run: async ({ prover }) =>
      figureIn(await prover`select proofs.prove_undescribed(${columns}::text[], ${libraries}::text[])::text as figure`),
  })
  proofs.define('expiry.past-deadline', {
    clauses: ['ID-71', 'ID-72', 'ID-78', 'RT-03', 'RT-04', 'RT-22'],
    limit: 0,
    unit: 'rows',
    run: async ({ prover, now }) => figureIn(await prover`select figure::text from expiry.prove_past_deadline(${now})`),
  })
  proofs.define('sealed.form', {
    clauses: ['DI-15', 'DI-16'],
    limit: 0,
    unit: 'rows',
    run: async ({ prover }) =>
      figureIn(
        await prover`
        select sealing.prove_unsealed(${sealed.map(({ table }) => table)}::text[],
          ${sealed.map(({ column }) => column)}::text[])::text as figure`,
      ),
  })
  proofs.define('keys.epoch', {
    clauses: ['DSR-05', 'DI-15'],
    // In the first moments of a day the store is of the day before.
    limit: 1,
    unit: 'days',
    run: async ({ now }) => epochOf(now) - (await keys.state()).epoch,
  })
  proofs.define('keys.rotation', {
    clauses: ['DSR-05', 'DI-15'],
    // Due half a minute after an erasure; carried out within the minute.
    limit: 30,
    unit: 'seconds',
    run: async ({ now }) => {
      const { rotationDueAt } = await keys.state()
      return rotationDueAt ? Math.max(0, Math.round((now.getTime() - rotationDueAt.getTime()) / 1_000)) : 0
    },
  })
  proofs.define('http.cookies', {
    clauses: ['ID-103', 'ID-106', 'ID-107'],
    limit: 0,
    unit: 'cookies',
    run: async () => cookiesSent().filter((name) => !cookies.has(name)).length,
  })
  proofs.define('log.addresses', {
    clauses: ['DI-15', 'DI-16'],
    limit: 0,
    unit: 'lines',
    run: async ({ now }) => watch.found(now),
  })
  proofs.define('log.redaction', {
    clauses: ['DI-15', 'DI-16'],
    limit: 0,
    unit: 'samples',
    run: async () => samples.filter((sample) => telling.test(redact(sample))).length,
  })
  proofs.define('process.own-user', {
    clauses: ['DI-15', 'DI-16', 'DI-17'],
    limit: 0,
    unit: 'walls',
    // The folder of public keys is the supervisor's. Whoever shares its user shares that of every other program as well.
    run: async () => (statSync(publicFolder).uid === process.getuid?.() ? 1 : 0),
  })
  proofs.define('process.permissions', {
    clauses: ['DI-15', 'DI-16'],
    limit: 0,
    unit: 'walls',
    run: async () => {
      // Node's permission model; for development it is off.
      const { permission } = process as { permission?: { has(scope: string): boolean } }
      return permission && !permission.has('child') && !permission.has('worker') ? 0 : 1
    },
  })
}

/** The lines that the snapshot of the schema ends with. */
function knownRights(schema: string): string[] {
  const at = schema.indexOf(rightsHeading)
  if (at < 0) throw new Error('schema.sql does not say which rights there should be')
  return schema
    .slice(at + rightsHeading.length)
    .split('\n')
    .filter((line) => line.trim() !== '')
}

export const rightsHeading = '-- Rights of the running program and of its prover'
