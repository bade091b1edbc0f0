import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { FindDialog, type Found } from '../../design/find.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { people } from '../api.ts'
import { useMay, useOrganization } from '../session.ts'
import { usePages } from './pages.ts'

const SHOWN_PEOPLE = 8

export function PortalFind({ close }: { close: () => void }) {
  const t = useTexts()
  const navigate = useNavigate()
  const { organizationId } = useOrganization()
  const mayRead = useMay('people.read')
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), 120)
  const query = useQuery({
    queryKey: ['people', organizationId, 'find', asked],
    queryFn: ({ signal }) => people.list(organizationId, asked, undefined, signal),
    enabled: mayRead && asked.length > 0,
    placeholderData: keepPreviousData,
  })
  const pages = [...usePages(), { to: '/own', label: t('pages.own') }]
  const wanted = text.trim().toLocaleLowerCase()
  const found: Found[] = pages
    .filter((page) => page.label.toLocaleLowerCase().includes(wanted))
    .map((page) => ({ key: page.to, label: page.label, kind: t('find.page'), go: () => navigate({ to: page.to }) }))
  if (wanted) {
    for (const person of (query.data?.people ?? []).slice(0, SHOWN_PEOPLE)) {
      const go = () => navigate({ to: '/people', search: { search: person.email } })
      found.push({ key: person.personId, label: person.name, kind: person.email, go })
    }
  }
  return <FindDialog text={text} setText={setText} found={found} close={close} />
}
