import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import { type Database, type Sql, violatedConstraint } from '#server/database'
import type { Sealing } from '#server/sealed'
import type { Identifier, IdentifierType, StatedIdentifier } from './api.ts'
import { data } from './data.ts'
import { identifierNotFound, identifierTypeInUse, identifierTypeNotFound } from './errors.ts'

/** With who says so, and since when. */
export type ProvenIdentifier = IdentifierType & {
  readonly value: string
  readonly upstream: string
  /** Undefined of somebody without an account: it was said just now, and is nowhere here. */
  readonly provenAt?: Date
}

/** ID-32 to ID-34: what trusted registers call a person. One gets to an account by a proof that was carried to its end, and by nothing else. */
export function createIdentifiers({ database, clock, sealed }: { database: Database; clock: Clock; sealed: Sealing }) {
  const { sql } = database
  const values = sealed.table(data, 'identifier', ['value'])

  const listTypes = async (): Promise<IdentifierType[]> => [
    ...(await sql<IdentifierType[]>`
      select type_id as "typeId", name, register from upstream.identifier_type order by type_id limit 100`),
  ]

  /** In the form in which the rest of the page is filled: of types that are there no more nothing is said. */
  async function describe(upstream: string, stated: readonly StatedIdentifier[]): Promise<ProvenIdentifier[]> {
    if (stated.length === 0) return []
    const types = new Map((await listTypes()).map((type) => [type.typeId, type]))
    return stated.flatMap(({ typeId, value }) => {
      const type = types.get(typeId)
      return type ? [{ ...type, value, upstream }] : []
    })
  }

  type Row = IdentifierType & {
    identifier_id: string
    person_id: string
    upstream: string
    proven_at: Date
    sealed: Buffer
  }
  const read = async (personId: string) => {
    const rows = await database.forPerson(
      personId,
      (tx) => tx<Row[]>`
        select i.identifier_id, i.person_id, i.sealed, i.proven_at, u.name as upstream, t.type_id as "typeId", t.name, t.register
        from upstream.identifier i join upstream.upstream u on u.upstream_id = i.upstream_id
          join upstream.identifier_type t on t.type_id = i.type_id
        where i.person_id = ${personId} order by i.type_id limit 100`,
    )
    const opened = await values.open(rows, ['value'])
    return rows.map((row, at) => ({ row, value: opened[at]?.value ?? '' })).filter(({ value }) => value !== '')
  }

  return {
    describe,
    types: {
      list: listTypes,

      async make({ typeId, name, register }: IdentifierType): Promise<void> {
        await sql`
          insert into upstream.identifier_type (type_id, name, register, made_at)
          values (${typeId}, ${sql.json(name)}, ${sql.json(register)}, ${clock.now()}) on conflict (type_id) do nothing`
      },

      /** Not one that an upstream states or somebody has: its words are what they read. */
      async remove(typeId: string): Promise<void> {
        try {
          const { count } = await sql`
            delete from upstream.identifier_type where type_id = ${typeId} and not exists (
              select 1 from upstream.upstream u where u.identifiers->'claims' @> ${sql.json([{ typeId }])})`
          if (count > 0) return
        } catch (error) {
          if (violatedConstraint(error) === 'identifier_type_id_fkey') throw identifierTypeInUse(error)
          throw error
        }
        const isThere = (await listTypes()).some((type) => type.typeId === typeId)
        throw isThere ? identifierTypeInUse() : identifierTypeNotFound()
      },
    },

    /** For release; and for the person, of whom each is. */
    of: async (personId: string): Promise<ProvenIdentifier[]> =>
      (await read(personId)).map(({ row, value }) => ({
        typeId: row.typeId,
        name: row.name,
        register: row.register,
        value,
        upstream: row.upstream,
        provenAt: row.proven_at,
      })),

    list: async (personId: string): Promise<Identifier[]> =>
      (await read(personId)).map(({ row, value }) => ({
        identifierId: row.identifier_id,
        type: row.name,
        register: row.register,
        value,
        upstream: row.upstream,
        provenAt: row.proven_at.toISOString(),
      })),

    /**
     * In the caller's transaction, which is the person's own: they have just proved that the account is theirs, and the upstream who they are. `isNew`
     * false: what the person has not, they do not get either. Whoever has removed one would find it again after their next sign-in.
     */
    async attach(
      tx: Sql,
      personId: string,
      upstreamId: string,
      stated: readonly StatedIdentifier[],
      { isNew = true }: { isNew?: boolean } = {},
    ): Promise<void> {
      const now = clock.now()
      for (const { typeId, value } of stated) {
        const row = { identifier_id: newId(now.getTime()), person_id: personId }
        if (!isNew) {
          const { count } = await tx`
            select 1 from upstream.identifier where person_id = ${personId} and type_id = ${typeId} and upstream_id = ${upstreamId}`
          if (count === 0) continue
        }
        // A new row, since a sealed value lies in its own: what register says last is what holds.
        await tx`delete from upstream.identifier where person_id = ${personId} and type_id = ${typeId}`
        await tx`
          insert into upstream.identifier (identifier_id, person_id, type_id, upstream_id, sealed, proven_at)
          select ${row.identifier_id}, ${personId}, t.type_id, ${upstreamId}, ${await values.sealOne(row, { value })}, ${now}
          from upstream.identifier_type t where t.type_id = ${typeId}`
      }
    },

    async remove(personId: string, identifierId: string): Promise<void> {
      const { count } = await database.forPerson(
        personId,
        (tx) => tx`delete from upstream.identifier where person_id = ${personId} and identifier_id = ${identifierId}`,
      )
      if (count === 0) throw identifierNotFound()
    },
  }
}
