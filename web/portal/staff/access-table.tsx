import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { AccessList, Role } from '../api.ts'

export function AccessTable({ periods }: { periods: AccessList['periods'] }) {
  const t = useTexts()
  const nobody = t('staff.byProgram')
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('staff.person')}</th>
            <th scope="col">{t('staff.role')}</th>
            <th scope="col">{t('staff.from')}</th>
            <th scope="col">{t('staff.to')}</th>
          </tr>
        </thead>
        <tbody>
          {periods.map(({ name, role, roleName, from, to, ended, givenBy, takenBy }) => (
            <tr key={`${name} ${role} ${from} ${to}`}>
              <td className="table-name">{name ?? t('audit.erased')}</td>
              <td data-name={t('staff.role')}>{roleName ?? t(`roles.${role as Role}.name`)}</td>
              <td data-name={t('staff.from')}>
                <Time at={from} />
                <span className="table-sub">{t('staff.by', { name: givenBy ?? nobody })}</span>
              </td>
              <td data-name={t('staff.to')}>
                {to === null ? t('staff.now') : <Time at={to} />}
                {ended === null ? null : (
                  <span className="table-sub">
                    {ended === 'taken' ? t('staff.by', { name: takenBy ?? nobody }) : t(`staff.ended.${ended}`)}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
