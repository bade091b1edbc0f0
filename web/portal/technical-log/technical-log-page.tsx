import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Page, Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { contracts, type Found, type NewLook, technicalLog } from '../api.ts'
import { useMay, useOrganization } from '../session.ts'
import { Entries } from './entries.tsx'
import { LookForm } from './look-form.tsx'
import { Looks } from './looks.tsx'

/** Identity's log of identifications, which nobody opens without saying what for; and who has. */
export function TechnicalLogPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const maySeeServices = useMay('contracts.manage')
  const [shown, setShown] = useState<{ asked: NewLook; found: Found }>()
  const key = ['technical-log', organizationId]
  const query = useQuery({ queryKey: key, queryFn: () => technicalLog.looks(organizationId) })
  const services = useQuery({
    queryKey: ['contracts', organizationId],
    queryFn: () => contracts.list(organizationId),
    enabled: maySeeServices,
  })
  const known = new Map((services.data?.contracts ?? []).map(({ contractId, name }) => [contractId, name]))
  const refresh = () => queries.invalidateQueries({ queryKey: key })
  return (
    <Page name={t('pages.technicalLog')} title={t('technicalLog.title')} sub={t('technicalLog.sub')}>
      {shown ? (
        <Entries
          key={JSON.stringify(shown.asked)}
          {...shown}
          services={known}
          again={() => setShown(undefined)}
          refresh={refresh}
        />
      ) : (
        <LookForm
          services={known}
          show={(asked, found) => {
            setShown({ asked, found })
            return refresh()
          }}
        />
      )}
      <Section title={t('technicalLog.looks')}>
        <Answer query={query}>{({ looks }) => <Looks looks={looks} services={known} />}</Answer>
      </Section>
    </Page>
  )
}
