import { Switch } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { useTexts } from '../texts/use-texts.ts'

// Dense tables are the person's choice, held in this page's memory: nothing is kept in the browser (ID-107).
let isDense = false
const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useDense = () => useSyncExternalStore(subscribe, () => isDense)

export function DenseSwitch() {
  const t = useTexts()
  const checked = useDense()
  return (
    <Switch
      label={t('dense')}
      checked={checked}
      mb={8}
      onChange={(event) => {
        isDense = event.currentTarget.checked
        for (const listener of listeners) listener()
      }}
    />
  )
}
