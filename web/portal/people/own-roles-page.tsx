import { Button } from '@mantine/core'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { OwnRole } from '../api.ts'
import { useMay, useOrganization } from '../session.ts'
import { LinkButton } from '../shell/link-button.tsx'
import { MayList } from './may-list.tsx'
import { RemoveRoleDialog } from './remove-role-dialog.tsx'
import { RoleDialog } from './role-dialog.tsx'
import { rolesKey, useOwnRoles } from './roles.ts'

type Open = { is: 'make'; from?: OwnRole } | { is: 'change' | 'remove'; role: OwnRole }

/** Roles that the organisation has made of permissions: what each lets somebody do, and who has it. */
export function OwnRolesPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const mayManage = useMay('people.manage')
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const query = useOwnRoles()
  const refresh = async () => {
    await queries.invalidateQueries({ queryKey: rolesKey(organizationId) })
    await queries.invalidateQueries()
  }
  const count = query.data?.roles.length ?? 0
  const title = !query.data
    ? t('pages.ownRoles')
    : count === 0
      ? t('ownRoles.titleNone')
      : t('ownRoles.title', { count })
  const mayGrant = query.data?.mayGrant ?? []
  const make = mayManage ? <Button onClick={() => setOpen({ is: 'make' })}>{t('ownRoles.make')}</Button> : null
  return (
    <Page
      name={t('pages.ownRoles')}
      title={title}
      sub={t('ownRoles.sub')}
      actions={
        <>
          <LinkButton to="/people" variant="default">
            {t('pages.people')}
          </LinkButton>
          {make}
        </>
      }
    >
      <Answer query={query}>
        {({ roles }) =>
          roles.length === 0 ? (
            <Empty title={t('ownRoles.none')}>{t('ownRoles.noneWhy')}</Empty>
          ) : (
            <RoleTable roles={roles} open={mayManage ? setOpen : undefined} />
          )
        }
      </Answer>
      {open?.is === 'make' ? <RoleDialog mayGrant={mayGrant} from={open.from} close={close} refresh={refresh} /> : null}
      {open?.is === 'change' ? (
        <RoleDialog mayGrant={mayGrant} changed={open.role} close={close} refresh={refresh} />
      ) : null}
      {open?.is === 'remove' ? (
        <RemoveRoleDialog role={open.role} others={query.data?.roles ?? []} close={close} refresh={refresh} />
      ) : null}
    </Page>
  )
}

function RoleTable({ roles, open }: { roles: readonly OwnRole[]; open: ((open: Open) => void) | undefined }) {
  const t = useTexts()
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('ownRoles.role')}</th>
            <th scope="col">{t('ownRoles.lets')}</th>
            <th scope="col">{t('ownRoles.holders')}</th>
            {open ? (
              <th scope="col">
                <span className="unseen">{t('people.actions')}</span>
              </th>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {roles.map((role) => (
            <tr key={role.roleId}>
              <td className="table-name">{role.name}</td>
              <td>
                <MayList permissions={role.permissions} />
              </td>
              <td data-name={t('ownRoles.holders')}>
                {t('ownRoles.people', { count: role.people })}
                <span className="table-sub">{role.holders.map(({ name }) => name).join(', ')}</span>
              </td>
              {open ? (
                <td className="table-act">
                  <div className="actions">
                    <RowButton act={t('ownRoles.change')} of={role} run={() => open({ is: 'change', role })} />
                    <RowButton act={t('ownRoles.copy')} of={role} run={() => open({ is: 'make', from: role })} />
                    <RowButton act={t('ownRoles.remove')} of={role} run={() => open({ is: 'remove', role })} />
                  </div>
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function RowButton({ act, of: { name }, run }: { act: string; of: OwnRole; run: () => void }) {
  return (
    <Button size="xs" variant="subtle" onClick={run} aria-label={`${act}: ${name}`}>
      {act}
    </Button>
  )
}
