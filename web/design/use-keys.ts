import { useEffect, useRef } from 'react'
import { createKeyReader } from './keys.ts'

const TYPING = 'input, textarea, select, [contenteditable], [role="dialog"], [role="menu"]'

/** Binds shortcuts for as long as the component is shown. */
export function useKeys(actions: Readonly<Record<string, () => void>>): void {
  const latest = useRef(actions)
  latest.current = actions
  const names = Object.keys(actions).join('\n')
  useEffect(() => {
    const read = createKeyReader(names.split('\n'))
    const listen = (event: KeyboardEvent) => {
      const name = read({
        key: event.key,
        atMs: event.timeStamp,
        hasModifier: event.ctrlKey || event.metaKey || event.altKey,
        isTyping: event.target instanceof Element && event.target.closest(TYPING) !== null,
      })
      if (!name) return
      event.preventDefault()
      latest.current[name]?.()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [names])
}
