import { Modal } from '@mantine/core'
import type { KeyboardEvent, ReactNode } from 'react'
import { useTexts } from '../texts/use-texts.ts'

type DialogProps = { title: string; close: () => void; isHigh?: boolean; isCovered?: boolean; children: ReactNode }

/**
 * A date field is several stops of Tab. Mantine's trap looks a moment after each where the focus is, and takes it back from whoever was quicker than
 * that moment. No date field is the first or the last stop of a dialog, so the browser alone leads on from it.
 */
function leaveDatesToBrowser(event: KeyboardEvent): void {
  if (event.key === 'Tab' && (event.target as HTMLElement).matches('input[type="date"]'))
    event.nativeEvent.stopPropagation()
}

/** `isCovered`: another lies over it, and Escape is meant for that. Mantine's dialog, put together by hand: its own head is a second banner of the page to a screen reader. */
export function Dialog({ title, close, isHigh = false, isCovered = false, children }: DialogProps) {
  const t = useTexts()
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
      <Modal.Content onKeyDown={leaveDatesToBrowser}>
        <div className="dialog-head">
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={t('close')} />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
