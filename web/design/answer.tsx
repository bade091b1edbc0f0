import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTexts } from '../texts/use-texts.ts'
import { ProblemNote } from './problem.tsx'

type Query<T> = { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown }

/**
 * One place for the three lives of an answer: on its way, failed, here. What was fetched before stays up while new is
 * fetched, and when that fails it is said above what is then old.
 */
export function Answer<T>({ query, children }: { query: Query<T>; children: (data: T) => ReactNode }) {
  const last = useRef<unknown>(undefined)
  // A page that asks by itself asks again after a failure: what went wrong stays until there is an answer, or the button would go from under the finger.
  last.current = query.data === undefined ? (query.error ?? last.current) : undefined
  if (query.data !== undefined) {
    return (
      <>
        {query.error ? <ProblemNote error={query.error} retry={() => query.refetch()} /> : null}
        {children(query.data)}
      </>
    )
  }
  if (last.current) return <ProblemNote error={last.current} retry={() => query.refetch()} />
  return <Waiting />
}

/** Nothing is drawn for what comes at once: a flash of grey would only be noise. */
export function Waiting({ lines = 5 }: { lines?: number }) {
  const t = useTexts()
  const [isSlow, setIsSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), 200)
    return () => clearTimeout(timer)
  }, [])
  if (!isSlow) return null
  return (
    <div role="status">
      <span className="unseen">{t('loading')}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move
        <div key={line} className="wait-line" style={{ width: `${90 - ((line * 17) % 40)}%` }} />
      ))}
    </div>
  )
}
