import { useEffect, useState } from 'react'
import { useLanguage } from '../texts/use-texts.ts'
import { changesAfterMs, exactDay, exactTime, relativeTime } from './relative-time.ts'

/** A time as people say it; the exact one on hover and to a screen reader's title. */
export function Time({ at }: { at: string }) {
  const language = useLanguage()
  const [now, setNow] = useState(() => new Date())
  const when = new Date(at)
  useEffect(() => {
    const timer = setTimeout(() => setNow(new Date()), changesAfterMs(new Date(at), now))
    return () => clearTimeout(timer)
  }, [at, now])
  return (
    <time dateTime={at} title={exactTime(when, language)}>
      {relativeTime(when, now, language)}
    </time>
  )
}

/** A deadline is a day, not "in three months". */
export function Day({ at }: { at: string }) {
  const language = useLanguage()
  const when = new Date(at)
  return (
    <time dateTime={at} title={exactTime(when, language)}>
      {exactDay(when, language)}
    </time>
  )
}
