import type { Database } from '#server/database'
import type { DeviceChoices } from './api.ts'
import { readLabels } from './labels.ts'
import type { Sealed } from './sealed.ts'

/** Versions that a fleet has at once; more could not be chosen from. */
const mostChoices = 200

/** What there is to filter by. Of versions each is looked up behind the one before: an index is touched once for each, not once for each device. */
export function readChoices(
  { database, sealed }: { readonly database: Database; readonly sealed: Sealed },
  organizationId: string,
): Promise<DeviceChoices> {
  return database.inOrganization(organizationId, async (tx) => {
    const systems = await tx<{ name: string; version: string }[]>`
      with recursive found (name, version) as (
        (select os_name, os_version from devices.device where organization_id = ${organizationId} order by os_name, os_version limit 1)
        union all
        select n.os_name, n.os_version from found f cross join lateral (
          select d.os_name, d.os_version from devices.device d
          where d.organization_id = ${organizationId} and (d.os_name, d.os_version) > (f.name, f.version)
          order by d.os_name, d.os_version limit 1) n)
      select name, version from found limit ${mostChoices}`
    const versions = await tx<{ version: string }[]>`
      with recursive found (version) as (
        (select agent_version from devices.device where organization_id = ${organizationId} order by agent_version limit 1)
        union all
        select n.agent_version from found f cross join lateral (
          select d.agent_version from devices.device d
          where d.organization_id = ${organizationId} and d.agent_version > f.version order by d.agent_version limit 1) n)
      select version from found limit ${mostChoices}`
    const groups = await readLabels({ sealed }, tx, 'group')
    const tags = await readLabels({ sealed }, tx, 'tag')
    return {
      systems: [...systems],
      agentVersions: versions.map(({ version }) => version),
      groups: groups.map(({ id, name }) => ({ groupId: id, name })),
      tags: tags.map(({ id, name }) => ({ tagId: id, name })),
    }
  })
}
