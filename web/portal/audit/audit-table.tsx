import { useDense } from '../../design/dense.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { AuditRecord } from '../api.ts'
import { useActionNames } from './action-names.ts'
import { useDetailText } from './details.ts'
import { Place } from './place.tsx'
import { useTargets } from './targets.ts'

export function AuditTable({ records }: { records: readonly AuditRecord[] }) {
  const t = useTexts()
  const isDense = useDense()
  const actionName = useActionNames()
  const { actorName, targetName } = useTargets()
  const detailText = useDetailText()
  return (
    <div className="table-box">
      <table className="table" data-dense={isDense || undefined}>
        <thead>
          <tr>
            <th scope="col">{t('audit.when')}</th>
            <th scope="col">{t('audit.who')}</th>
            <th scope="col">{t('audit.what')}</th>
            <th scope="col">{t('audit.target')}</th>
            <th scope="col">{t('audit.where')}</th>
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <tr key={record.auditId}>
              <td>
                <Time at={record.at} />
              </td>
              <td>{actorName(record.actor)}</td>
              <td>
                {actionName(record.action)}
                {record.outcome === 'done' ? null : (
                  <span className="table-sub">
                    <State is="refused">{t('audit.refused')}</State>
                  </span>
                )}
              </td>
              <td>
                {targetName(record.target)}
                <span className="table-sub">{detailText(record.details)}</span>
              </td>
              <td data-name={t('audit.where')}>
                <Place from={record.from} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
