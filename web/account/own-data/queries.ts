import { useQuery } from '@tanstack/react-query'
import { queries } from '../../design/start.tsx'
import type { OwnRequest, OwnRequests } from '../api.ts'
import { ownData } from '../api.ts'

const heldKey = ['own-data', 'held'] as const
const requestsKey = ['own-data', 'requests'] as const

/** What is under way is looked at each second, so that the page says when it is done; what is over is left alone. */
const lookAgainMs = 1_000

export const isUnderWay = ({ state }: OwnRequest) => state !== 'complete' && state !== 'refused'

export const useHeld = () => useQuery({ queryKey: heldKey, queryFn: ownData.held })

export const useRequests = () =>
  useQuery({
    queryKey: requestsKey,
    queryFn: ownData.requests,
    refetchInterval: ({ state }) => (state.data?.requests.some(isUnderWay) ? lookAgainMs : false),
  })

/** The newest of its kind. */
export const newest = (data: OwnRequests, kind: OwnRequest['kind']): OwnRequest | undefined =>
  data.requests.find((request) => request.kind === kind)

export const refresh = () => queries.invalidateQueries({ queryKey: requestsKey })
