import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Page } from '../../design/page.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type StandardDetail, standards } from '../partner-api.ts'
import { useOrganization } from '../session.ts'
import { Companies } from './companies.tsx'
import { Compare } from './compare.tsx'
import { Pushes } from './pushes.tsx'
import { StandardForm } from './standard-form.tsx'
import { Versions } from './versions.tsx'

/** One standard: what it decides, who has it, and giving it to more. `new` is one that is not there yet. */
export function StandardPage() {
  const { standardId } = useParams({ from: '/signed-in/standards/$standardId' })
  return standardId === 'new' ? <NewStandard /> : <OneStandard key={standardId} standardId={standardId} />
}

function NewStandard() {
  const t = useTexts()
  const navigate = useNavigate()
  return (
    <Page name={t('standards.newTitle')} title={t('standards.newTitle')} sub={t('standards.newSub')}>
      <Back />
      <StandardForm saved={(standardId) => navigate({ to: '/standards/$standardId', params: { standardId } })} />
    </Page>
  )
}

function OneStandard({ standardId }: { standardId: string }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [isChanged, setIsChanged] = useState(false)
  const query = useQuery({
    queryKey: ['standard', organizationId, standardId],
    queryFn: () => standards.read(organizationId, standardId),
  })
  const title = query.data ? t('standards.says', query.data) : t('pages.standards')
  return (
    <Page name={query.data?.name ?? t('pages.standards')} title={title} sub={t('standards.subOne')}>
      <Back />
      <Answer query={query}>
        {(standard: StandardDetail) => (
          <>
            <Companies standard={standard} isChanged={isChanged} />
            <Pushes standardId={standardId} />
            <StandardForm
              key={`${standard.version} ${standard.changedAt}`}
              standard={standard}
              saved={() => query.refetch()}
              tellChanged={setIsChanged}
            />
            <Compare standard={standard} />
            <Versions standard={standard} />
          </>
        )}
      </Answer>
    </Page>
  )
}

function Back() {
  const t = useTexts()
  return (
    <p className="small" style={{ marginBottom: 16 }}>
      <Link to="/standards">{t('standards.back')}</Link>
    </p>
  )
}
