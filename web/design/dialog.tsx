import { Modal } from '@mantine/core'
import { type ReactNode, useLayoutEffect, useRef } from 'react'
import { useTexts } from '../texts/use-texts.ts'
import { holdFocus } from './hold-focus.ts'

type DialogProps = { title: string; close: () => void; isHigh?: boolean; isCovered?: boolean; children: ReactNode }

/** `isCovered`: another lies over it, and Escape is meant for that. Mantine's dialog, put together by hand: its own head is a second banner of the page to a screen reader. */
export function Dialog({ title, close, isHigh = false, isCovered = false, children }: DialogProps) {
  const t = useTexts()
  return (
    <Modal.Root
      opened
      onClose={close}
      closeOnEscape={!isCovered}
      trapFocus={false}
      centered={!isHigh}
      yOffset={isHigh ? 80 : 16}
      size={480}
    >
      <Modal.Overlay />
      {/* The name by its title comes a render later: until then a screen reader would hear a dialog without one. */}
      <Modal.Content aria-label={title}>
        <HeldFocus />
        <div className="dialog-head">
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={t('close')} />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

/** Inside the dialog, since that is there a moment after whoever draws it. */
function HeldFocus() {
  const mark = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => {
    const dialog = mark.current?.closest<HTMLElement>('[role="dialog"]')
    return dialog ? holdFocus(dialog) : undefined
  }, [])
  return <span ref={mark} hidden />
}
