import { useQuery } from '@tanstack/react-query'
import { isSession, queries } from '../design/start.tsx'
import { changeLanguage } from '../texts/texts.ts'
import { type Own, own } from './api.ts'

export const ownKey = ['own'] as const

export const useOwnQuery = () => useQuery({ queryKey: ownKey, queryFn: own.read, meta: isSession, retry: false })

/** Inside the pages: the frame around them has seen to it that somebody is signed in. */
export function useOwn(): Own {
  const { data } = useOwnQuery()
  if (!data) throw new Error('a page of the account without its person')
  return data
}

export async function refreshOwn(): Promise<void> {
  await queries.invalidateQueries({ queryKey: ownKey })
  const language = queries.getQueryData<Own>(ownKey)?.language
  if (language) await changeLanguage(language)
}
