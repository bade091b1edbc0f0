import { Answer } from '../../design/answer.tsx'
import { PlainLink } from '../../design/link.tsx'
import { Empty, Page } from '../../design/page.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { useItemText, useServices } from './use-services.ts'

/** To whom the person has released what. */
export function ServicesPage() {
  const t = useTexts()
  const query = useServices()
  const itemText = useItemText(query.data?.types)
  const list = query.data?.services ?? []
  const title = list.length > 0 ? t('released.title', { count: list.length }) : t('released.titleNone')
  return (
    <Page
      name={t('accountPages.services')}
      title={query.data ? title : t('accountPages.services')}
      sub={t('released.sub')}
    >
      <Answer query={query}>
        {() =>
          list.length === 0 ? (
            <Empty title={t('released.none')}>{t('released.noneWhy')}</Empty>
          ) : (
            <div className="table-box">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{t('released.service')}</th>
                    <th scope="col">{t('released.data')}</th>
                    <th scope="col">{t('released.last')}</th>
                  </tr>
                </thead>
                <tbody>
                  {list.map((service) => (
                    <tr key={service.clientId}>
                      <td className="table-name">
                        <PlainLink to={`/services/${service.clientId}`}>{service.name}</PlainLink>
                        <span className="table-sub">{service.organization}</span>
                      </td>
                      <td data-name={t('released.data')}>
                        {itemText(service.items) || t('released.onlySubject')}
                        {service.state === 'test' ? <span className="table-sub">{t('released.madeUp')}</span> : null}
                        {service.stoppedAt === null ? null : (
                          <span className="table-sub">
                            <State is="refused">{t('released.isStopped')}</State>
                          </span>
                        )}
                      </td>
                      <td data-name={t('released.last')}>
                        <Time at={service.lastAt} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Answer>
    </Page>
  )
}
