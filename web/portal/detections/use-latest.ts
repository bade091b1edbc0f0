import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { queries } from '../../design/start.tsx'
import { useOrganization } from '../session.ts'
import { detections } from './requests.ts'

/** Asked while the page is looked at; a change makes what is shown be fetched again. What it misses, the slow look finds. */
const everyMilliseconds = 1_000

export function useLatest(): void {
  const { organizationId } = useOrganization()
  const { data } = useQuery({
    queryKey: ['detections-latest', organizationId],
    queryFn: () => detections.latest(organizationId),
    refetchInterval: everyMilliseconds,
    staleTime: 0,
  })
  const seen = useRef<string>(undefined)
  useEffect(() => {
    if (data === undefined) return
    const isNew = seen.current !== undefined && seen.current !== data.mark
    seen.current = data.mark
    if (!isNew) return
    void queries.invalidateQueries({ queryKey: ['detections', organizationId] })
    void queries.invalidateQueries({ queryKey: ['detection', organizationId] })
  }, [data, organizationId])
}
