import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashToken, newId, newToken } from '#base/ids'
import type { Sql } from '#server/database'
import { startIdentity } from '#tests/identity'
import { createTestPortal } from '#tests/portal'

// A house that was begun before values were sealed: its rows are laid into the schema of that time, and everything must be there afterwards,
// sealed, and nowhere else.

const before = '202611220140'
const canary = 'Xanthippe'
const address = 'xanthippe.canary@example.fi'

/** Every table of the live database as text, past every wall. */
async function everything(admin: Sql): Promise<string> {
  const tables = await admin<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema$)'`
  const texts: string[] = []
  for (const { name } of tables) {
    const rows = await admin.unsafe<{ text: string }[]>(`select t::text as text from ${name} t`)
    texts.push(...rows.map(({ text }) => text))
  }
  return texts.join('\n')
}

/** What lies in the files of these tables, dead rows included. */
async function files(admin: Sql, tables: readonly string[]): Promise<string> {
  await admin.unsafe('checkpoint')
  const texts: string[] = []
  for (const table of tables) {
    const [row] = await admin.unsafe<{ bytes: Buffer }[]>(
      `select pg_read_binary_file(pg_relation_filepath('${table}')) as bytes`,
    )
    texts.push(row!.bytes.toString('latin1'))
  }
  return texts.join('\n')
}

const [organizationId, personId, invitationId, auditId, early] = [newId(), newId(), newId(), newId(), newId()]
const [link, draft, sessionToken] = [newToken(), newToken(), newToken()]

const portal = await createTestPortal({
  at: new Date('2026-11-22T12:00:00.000Z'),
  older: {
    before,
    async fill(admin) {
      const at = '2026-11-22T10:00:00Z'
      await admin`
        insert into organizations.organization (organization_id, name, is_provider, is_company, has_administrator, created_at)
        values (${organizationId}, 'Turva', true, true, true, ${at})`
      await admin`
        insert into organizations.controller (organization_id, name, postal_address, contact_email, data_protection_officer)
        values (${organizationId}, 'Turva Oy', 'Katu 1', ${address}, ${canary})`
      await admin`
        insert into people.person (person_id, subject, name, email, phone, language, created_at)
        values (${personId}, 'subject', ${canary}, ${address}, '+358 40 1', 'fi', ${at})`
      await admin`
        insert into people.membership (organization_id, person_id, roles, joined_at)
        values (${organizationId}, ${personId}, ${['administrator']}, ${at})`
      await admin`
        insert into sessions.session (token_hash, session_id, person_id, signed_in_at, ends_at, last_seen_at)
        values (${hashToken(sessionToken)}, ${newId()}, ${personId}, '2026-11-22T11:58:00Z', '2026-11-22T18:00:00Z', ${at})`
      await admin`
        insert into invitations.invitation (organization_id, invitation_id, token_hash, email, name, roles, language, invited_by, created_at,
          expires_at)
        values (${organizationId}, ${invitationId}, ${hashToken(link)}, ${`kutsu.${address}`}, ${canary}, ${['viewer']}, 'fi', ${personId}, ${at},
          '2026-11-29T10:00:00Z')`
      for (const [id, when, ip] of [
        [auditId, at, '192.0.2.77'],
        // Long before any partition.
        [early, '2026-10-01T10:00:00Z', '2001:db8::77'],
      ] as const)
        await admin`
          insert into audit.record (organization_id, at, audit_id, actor_kind, actor_id, action, target_kind, target_id, ip, user_agent, outcome)
          values (${organizationId}, ${when}, ${id}, 'person', ${personId}, 'sessions.signed_in', 'session', ${newId()}, ${ip}, ${canary}, 'done')`
      await admin`
        insert into audit.record (organization_id, at, audit_id, actor_kind, actor_name, action, target_kind, outcome)
        values (${organizationId}, ${at}, ${newId()}, 'command', 'recover', 'people.recovery_begun', 'person', 'done')`
      await admin`
        insert into audit.sealed_day (log, day, row_count, root, entry_id, sealed_at)
        values ('record', '2026-10-01', 1, ${Buffer.alloc(32)}, ${newId()}, ${at})`
      await admin`
        insert into set_up.draft (draft_hash, controller, began_at, expires_at)
        values (${hashToken(draft)}, ${admin.json({ name: canary, contactEmail: address })}, ${at}, '2026-11-23T10:00:00Z')`
      for (const [failedAt, subject] of [
        [null, canary],
        [at, ''],
      ] as const)
        await admin`
          insert into mail.letter (letter_id, recipient, subject, body, language, written_at, for_inbox, next_attempt_at, failed_at)
          values (${newId()}, ${address}, ${subject}, ${canary}, 'fi', ${at}, true, ${at}, ${failedAt})`
    },
  },
})
const sealedTables = [
  'people.person',
  'organizations.controller',
  'invitations.invitation',
  'set_up.draft',
  'mail.letter',
  'audit.record_rest',
]

test('a portal of before has everything as it was, sealed, and nothing in the clear', async () => {
  const { admin, sealed } = portal
  const waiting = await sealed.carryOver.run()
  assert.equal(waiting, 7)
  assert.equal(await sealed.carryOver.run(), 0)
  assert.doesNotMatch(await everything(admin), /Xanthippe|xanthippe|192\.0\.2\.77|db8::77/)
  assert.doesNotMatch(await files(admin, [...sealedTables, 'sealing.plain']), /Xanthippe|xanthippe/)

  const { people } = await portal.people.list(organizationId, {}, true)
  assert.deepEqual(
    people.map(({ name, email, phone }) => [name, email, phone]),
    [[canary, address, '+358 40 1']],
  )
  assert.equal(await portal.people.list(organizationId, { search: 'xanth' }).then((found) => found.people.length), 1)
  const cookie = `vartio-portal=${sessionToken}`
  const invitations = await portal.ask('GET', `/api/organizations/${organizationId}/invitations`, { cookie })
  assert.deepEqual(
    invitations.body.invitations.map((one: { email: string; name: string }) => [one.email, one.name]),
    [[`kutsu.${address}`, canary]],
  )
  const again = await portal.ask('POST', `/api/organizations/${organizationId}/invitations`, {
    cookie,
    body: { email: `KUTSU.${address}`, roles: ['viewer'], language: 'fi' },
  })
  assert.equal(again.code, 'invitations.already_invited')
  const own = await portal.ask('POST', `/api/organizations/${organizationId}/invitations`, {
    cookie,
    body: { email: address, roles: ['viewer'], language: 'fi' },
  })
  assert.equal(own.code, 'invitations.already_member')
  const look = await portal.ask('POST', '/api/invitations/look', { body: { token: link } })
  assert.deepEqual([look.body.email, look.body.inviterName], [`kutsu.${address}`, canary])
  const { records } = await portal.audit.list(organizationId, {})
  assert.deepEqual(new Set(records.map(({ from }) => from.ip)), new Set(['192.0.2.77', '2001:db8::77', null]))
  assert.ok(records.every(({ from }) => from.ip === null || from.userAgent === canary))
  assert.deepEqual((await portal.letterTo(address)).text, canary)
  const controller = await admin`select * from organizations.controller`
  const opened = await sealed.tables
    .get('organizations.controller')
    ?.open(controller, ['contact_email', 'data_protection_officer'])
  assert.deepEqual(opened, [{ contact_email: address, data_protection_officer: canary }])
  const [row] = await admin`select * from set_up.draft`
  const kept = await sealed.tables.get('set_up.draft')?.openOne(row!, ['controller'])
  assert.deepEqual(JSON.parse(String(kept?.controller)), { name: canary, contactEmail: address })
})

test('a day that was sealed over plain rows is sealed again, once', async () => {
  await portal.audit.sealDays()
  assert.equal(await portal.audit.compareDay('record', '2026-10-01'), 'same')
  const forms = await portal.admin`select form from audit.sealed_day where log = 'record'`
  assert.ok(forms.every(({ form }) => form === 2))
})

test('what was interrupted is carried over by the next start, and a row that nobody takes stops it', async () => {
  const { admin, sealed } = portal
  await admin`
    insert into sealing.plain (of_table, place, fields)
    values ('people.person', ${admin.json({ person_id: personId })}, ${admin.json({ name: 'Another', email: 'x@y.fi', phone: null })})`
  assert.equal(await sealed.carryOver.run(), 1)
  // It had been carried over before the crash: what the row has since is not overwritten.
  assert.equal((await portal.people.list(organizationId, {})).people[0]?.name, canary)
  await admin`insert into sealing.plain (of_table, place, fields) values ('people.nobody', '{}', '{}')`
  await assert.rejects(sealed.carryOver.run(), /no area takes them over/)
  await admin`delete from sealing.plain`
})

test('identity of before: who was there signs in by the same address, with the same names', async () => {
  const [person, passkey, session] = [newId(), newId(), newId()]
  const test = await startIdentity({
    older: {
      before,
      async fill(admin) {
        await admin`insert into people.person (person_id, name, language, created_at) values (${person}, ${canary}, 'fi', now())`
        await admin`insert into people.email_address (address, person_id, is_primary, verified_at) values (${address}, ${person}, true, now())`
        await admin`
          insert into passkeys.passkey (person_id, passkey_id, credential_id, public_key, sign_count, transports, is_backup_eligible, is_backed_up,
            name, created_at)
          values (${person}, ${passkey}, 'x', 'y', 0, '{}', false, false, ${`${canary} phone`}, now())`
        await admin`
          insert into oidc.session (session_hash, session_id, person_id, device, began_at, ends_at)
          values ('h', ${session}, ${person}, ${`${canary} browser`}, now(), now() + interval '1 hour')`
      },
    },
  })
  const { people, passkeys, oidc } = test.identity
  assert.equal(await test.sealed.carryOver.run(), 4)
  assert.equal(await people.findByAddress(address), person)
  const found = await people.find(person)
  assert.deepEqual([found?.name, found?.emails.map((email) => email.address)], [canary, [address]])
  assert.deepEqual(
    (await passkeys.list(person)).map(({ name }) => name),
    [`${canary} phone`],
  )
  assert.deepEqual(
    (await oidc.sessions.list(person)).map(({ device }) => device),
    [`${canary} browser`],
  )
  assert.doesNotMatch(await everything(test.admin), /Xanthippe|xanthippe/)
  const tables = ['people.person', 'people.email_address', 'passkeys.passkey', 'oidc.session', 'sealing.plain']
  assert.doesNotMatch(await files(test.admin, tables), /Xanthippe|xanthippe/)
})
