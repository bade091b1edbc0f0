import { TextInput } from '@mantine/core'
import { type KeyboardEvent, useId, useState } from 'react'
import { useTexts } from '../texts/use-texts.ts'
import { Dialog } from './dialog.tsx'

export type Found = { key: string; label: string; kind: string; go: () => void }

type FindProps = { text: string; setText: (text: string) => void; found: readonly Found[]; close: () => void }

/** `/`: jump to a page, a person or an organisation without the mouse. A combobox after the ARIA pattern. */
export function FindDialog({ text, setText, found, close }: FindProps) {
  const t = useTexts()
  const [at, setAt] = useState(0)
  const list = useId()
  const here = Math.min(at, found.length - 1)
  const choose = (one: Found | undefined) => {
    if (!one) return
    close()
    one.go()
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      setAt((here + step + found.length) % Math.max(found.length, 1))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choose(found[here])
    }
  }
  return (
    <Dialog title={t('find.title')} close={close} isHigh>
      <TextInput
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={press}
        placeholder={t('find.hint')}
        aria-label={t('find.title')}
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={list}
        aria-activedescendant={found[here] ? `${list}-${here}` : undefined}
        autoComplete="off"
        data-autofocus
      />
      <div className="find-list" id={list} role="listbox" aria-label={t('find.found')}>
        {found.map((one, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are read in the field, which keeps the focus
          <div
            key={one.key}
            id={`${list}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === here}
            onClick={() => choose(one)}
          >
            {one.label} <span className="mute small">{one.kind}</span>
          </div>
        ))}
      </div>
      <p className="mute small" role="status">
        {found.length === 0 ? t('find.nothing') : ''}
      </p>
    </Dialog>
  )
}
