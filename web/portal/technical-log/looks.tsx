import { Day, Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { LookList } from '../api.ts'

type LooksProps = { looks: LookList['looks']; services: ReadonlyMap<string, string> }

export function Looks({ looks, services }: LooksProps) {
  const t = useTexts()
  if (looks.length === 0) return <p>{t('technicalLog.noLooks')}</p>
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('technicalLog.at')}</th>
            <th scope="col">{t('technicalLog.who')}</th>
            <th scope="col">{t('technicalLog.whyHead')}</th>
            <th scope="col">{t('technicalLog.period')}</th>
          </tr>
        </thead>
        <tbody>
          {looks.map(({ lookId, at, by, ground, why, from, to, contractId }) => (
            <tr key={lookId}>
              <td>
                <Time at={at} />
              </td>
              <td className="table-name">{by ?? t('technicalLog.forgotten')}</td>
              <td>
                {t(`technicalLog.grounds.${ground}`)}
                <span className="table-sub">{why}</span>
              </td>
              <td data-name={t('technicalLog.period')}>
                <Day at={from} /> – <Day at={new Date(Date.parse(to) - 1).toISOString()} />
                <span className="table-sub">
                  {contractId === null
                    ? t('technicalLog.everyService')
                    : (services.get(contractId) ?? t('technicalLog.unknownService'))}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
