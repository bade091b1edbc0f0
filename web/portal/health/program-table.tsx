import { Day, Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { Health } from '../api.ts'

const gigabytes = (bytes: number) => Math.round(bytes / 1e9)

export function ProgramTable({ programs }: { programs: Health['programs'] }) {
  const t = useTexts()
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('health.program')}</th>
            <th scope="col">{t('health.since')}</th>
            <th scope="col">{t('health.disk')}</th>
            <th scope="col">{t('health.waiting')}</th>
            <th scope="col">{t('health.certificate')}</th>
          </tr>
        </thead>
        <tbody>
          {programs.map(({ program, condition }) => (
            <tr key={program}>
              <td className="table-name">{t(`health.names.${program as 'portal'}`)}</td>
              {condition ? (
                <>
                  <td data-name={t('health.since')}>
                    <Time at={condition.startedAt} />
                  </td>
                  <td data-name={t('health.disk')}>
                    {t('health.diskOf', {
                      free: gigabytes(condition.disk.freeBytes),
                      total: gigabytes(condition.disk.totalBytes),
                    })}
                  </td>
                  <td data-name={t('health.waiting')}>{t('health.waitingWhat', condition.waiting)}</td>
                  <td data-name={t('health.certificate')}>
                    {condition.certificateEndsAt ? <Day at={condition.certificateEndsAt} /> : t('health.noTls')}
                  </td>
                </>
              ) : (
                <td colSpan={4}>{t('health.silent')}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
