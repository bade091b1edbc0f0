import { Modal } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import { useTexts } from '../texts/use-texts.ts'

type DialogProps = { title: string; close: () => void; isHigh?: boolean; isCovered?: boolean; children: ReactNode }

/**
 * A date field is several stops of Tab. Mantine's trap, which listens at the document, looks a moment after each where the focus is, and takes it back
 * from whoever was quicker than that moment. No date field is the first or the last stop of a dialog, so the browser alone leads on from it.
 */
function leaveDatesToBrowser(event: KeyboardEvent): void {
  if (event.key === 'Tab' && event.target instanceof Element && event.target.matches('input[type="date"]'))
    event.stopPropagation()
}

/** `isCovered`: another lies over it, and Escape is meant for that. Mantine's dialog, put together by hand: its own head is a second banner of the page to a screen reader. */
export function Dialog({ title, close, isHigh = false, isCovered = false, children }: DialogProps) {
  const t = useTexts()
  useEffect(() => {
    document.body.addEventListener('keydown', leaveDatesToBrowser)
    return () => document.body.removeEventListener('keydown', leaveDatesToBrowser)
  }, [])
  return (
    <Modal.Root
      opened
      onClose={close}
      closeOnEscape={!isCovered}
      centered={!isHigh}
      yOffset={isHigh ? 80 : 16}
      size={480}
    >
      <Modal.Overlay />
      <Modal.Content>
        <div className="dialog-head">
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={t('close')} />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
