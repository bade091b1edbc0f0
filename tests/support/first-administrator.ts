import { hashToken, newId, newToken } from '#base/ids'
import { openDataFolder } from '#tests/data-folder'

/** What the set-up and a sign-in would have left behind in a Vartio that runs: the provider, its administrator, and a session of the portal. */
export async function makeFirstAdministrator(data: string): Promise<{ organizationId: string; cookie: string }> {
  const portal = openDataFolder(data, 'portal')
  const people = portal.sealer('people.person')
  const [organizationId, personId, token] = [newId(), newId(), newToken()]
  const email = 'bench@example.fi'
  const sealed = await people.sealOne({ person_id: personId }, { name: 'Bench', email, phone: null })
  const emailToken = await people.token('email', email)
  await portal.database.transaction(async (tx) => {
    await tx`
      insert into organizations.organization (organization_id, name, is_provider, is_company, has_administrator, created_at)
      values (${organizationId}, 'Bench', true, true, true, now())`
    await tx`
      insert into people.person (person_id, subject, sealed, email_token, language, created_at)
      values (${personId}, 'bench', ${sealed}, ${emailToken}, 'fi', now())`
    await tx`
      insert into people.membership (organization_id, person_id, roles, joined_at)
      values (${organizationId}, ${personId}, ${['administrator']}, now())`
    await tx`
      insert into sessions.session (token_hash, session_id, person_id, signed_in_at, ends_at, last_seen_at)
      values (${hashToken(token)}, ${newId()}, ${personId}, now(), now() + interval '8 hours', now())`
  })
  await portal.close()
  return { organizationId, cookie: `vartio-portal=${token}` }
}
