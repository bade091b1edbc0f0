import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import { type Database, type Sql, violatedConstraint } from '#server/database'
import type { Sealing } from '#server/sealed'
import type { Link } from './api.ts'
import { data } from './data.ts'
import { linkedElsewhere, linkNotFound } from './errors.ts'

/**
 * Which account somebody of an upstream holds. Made only where both were proved in the same event: the upstream, and the account's own passkey (or the
 * registration itself). An equal address links nothing: whoever could get an upstream to name an address would get the account behind it, and whoever
 * registered with another's address first would keep a door open (account pre-hijacking).
 */
export function createLinks({ database, clock, sealed }: { database: Database; clock: Clock; sealed: Sealing }) {
  const { sql } = database
  const links = sealed.table(data, 'link', ['subject', 'known_as'])
  const tokenOf = (upstreamId: string, subject: string) => links.token('subject', `${upstreamId} ${subject}`)

  /** Whose account it is, and whether they have never come by it before. */
  const use = async (
    upstreamId: string,
    subject: string,
  ): Promise<{ personId: string; isFirst: boolean } | undefined> => {
    const [row] = await sql<{ person_id: string; link_id: string; sealed: Buffer }[]>`
        select person_id, link_id, sealed from upstream.link
        where upstream_id = ${upstreamId} and subject_token = ${await tokenOf(upstreamId, subject)}`
    if (!row) return undefined
    // A token has 64 bits and may be another's; what was linked decides.
    const opened = await links.openOne(row, ['subject'])
    if (opened.subject !== subject) return undefined
    const { count } = await sql`
      update upstream.link set used_at = ${clock.now()} where link_id = ${row.link_id} and used_at is null`
    if (count === 0) await sql`update upstream.link set used_at = ${clock.now()} where link_id = ${row.link_id}`
    return { personId: row.person_id, isFirst: count > 0 }
  }

  return {
    use,
    /** Whose account it is; undefined also where whoever it was has been erased. */
    findPerson: async (upstreamId: string, subject: string): Promise<string | undefined> =>
      (await use(upstreamId, subject))?.personId,

    /** Whose account it is, without it being a use. */
    async isHeldBy(upstreamId: string, subject: string): Promise<string | undefined> {
      const [row] = await sql<{ person_id: string; link_id: string; sealed: Buffer }[]>`
        select person_id, link_id, sealed from upstream.link
        where upstream_id = ${upstreamId} and subject_token = ${await tokenOf(upstreamId, subject)}`
      return row && (await links.openOne(row, ['subject'])).subject === subject ? row.person_id : undefined
    },

    /** So many of those who are linked to it, whose links go. */
    async takeSome(tx: Sql, upstreamId: string, most: number): Promise<string[]> {
      const rows = await tx<{ person_id: string }[]>`
        delete from upstream.link where link_id in (
          select link_id from upstream.link where upstream_id = ${upstreamId} order by link_id limit ${most})
        returning person_id`
      return rows.map(({ person_id }) => person_id)
    },

    /** In the caller's transaction. The person's key is there already. */
    async add(
      tx: Sql,
      personId: string,
      { upstreamId, subject, knownAs }: { upstreamId: string; subject: string; knownAs: string },
    ): Promise<void> {
      const now = clock.now()
      const row = { link_id: newId(now.getTime()), person_id: personId }
      const value = await links.sealOne(row, { subject, known_as: knownAs })
      try {
        await tx`
          insert into upstream.link (link_id, person_id, upstream_id, subject_token, sealed, made_at)
          values (${row.link_id}, ${personId}, ${upstreamId}, ${await tokenOf(upstreamId, subject)}, ${value}, ${now})`
      } catch (error) {
        if (violatedConstraint(error) === 'link_subject') throw linkedElsewhere(error)
        throw error
      }
    },

    async list(personId: string): Promise<Link[]> {
      const rows = await sql<
        {
          person_id: string
          link_id: string
          sealed: Buffer
          upstream_id: string
          name: string
          made_at: Date
          used_at: Date | null
        }[]
      >`
        select l.person_id, l.link_id, l.sealed, l.upstream_id, u.name, l.made_at, l.used_at
        from upstream.link l join upstream.upstream u on u.upstream_id = l.upstream_id
        where l.person_id = ${personId} order by l.made_at limit 50`
      const opened = await links.open(rows, ['known_as'])
      return rows.map((row, at) => ({
        linkId: row.link_id,
        upstreamId: row.upstream_id,
        upstream: row.name,
        knownAs: opened[at]?.known_as ?? '',
        madeAt: row.made_at.toISOString(),
        usedAt: row.used_at?.toISOString() ?? null,
      }))
    },

    /** Answers of which upstream it was. */
    async remove(tx: Sql, personId: string, linkId: string): Promise<string> {
      const [row] = await tx<{ upstream_id: string }[]>`
        delete from upstream.link where person_id = ${personId} and link_id = ${linkId} returning upstream_id`
      if (!row) throw linkNotFound()
      return row.upstream_id
    },
  }
}
