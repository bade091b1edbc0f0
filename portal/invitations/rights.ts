import type { Sql } from '#server/database'
import type { Rights, Rows, Subject } from '#server/rights'
import type { Uses } from './invite.ts'

/** Invitations lie behind the walls of organisations. Those to the person's addresses go; one they made is of whom they invited. */
export function addRights(rights: Pick<Rights, 'add'>, sealer: Uses['sealer']): void {
  const tokens = ({ addresses }: Subject) => Promise.all(addresses.map((address) => sealer.token('email', address)))
  rights.add('invitations', {
    rows: {
      invitation: {
        async count(tx: Sql, subject) {
          const [row] = await tx<{ count: number }[]>`
            select invitations.count_about(${subject.personId}, ${await tokens(subject)}::int8[]) as count`
          return row?.count ?? 0
        },
        keptBecause: {
          en: 'An invitation you made is of whom you invited. Your number in it no longer leads to you.',
          fi: 'Tekemäsi kutsu on kutsutun tietoa. Lukusi siinä ei enää johda sinuun.',
        },
        list: async (tx, subject, from, most) =>
          tx<Rows>`
            select * from invitations.rows_about(${subject.personId}, ${await tokens(subject)}::int8[], ${from}, ${most})`,
      },
    },
    async forget(tx, subject) {
      const [row] = await tx<
        { count: number }[]
      >`select invitations.forget_addresses(${await tokens(subject)}::int8[]) as count`
      return { erased: { 'invitations.invitation': row?.count ?? 0 } }
    },
  })
}
