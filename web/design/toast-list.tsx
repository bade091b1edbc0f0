import { useSyncExternalStore } from 'react'
import { useTexts } from '../texts/use-texts.ts'
import { toasts } from './toasts.ts'
import { useKeys } from './use-keys.ts'

export function ToastList() {
  const t = useTexts()
  const list = useSyncExternalStore(toasts.subscribe, toasts.read)
  useKeys({ z: toasts.undoLast })
  return (
    <section className="toasts" aria-label={t('toasts')} aria-live="polite">
      {list.map((toast) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: only stops the clock; the buttons inside act
        <div
          key={toast.id}
          className="toast"
          onMouseEnter={toasts.hold}
          onMouseLeave={toasts.resume}
          onFocus={toasts.hold}
          onBlur={toasts.resume}
        >
          <span>{toast.text}</span>
          {toast.undo ? (
            <button type="button" onClick={toast.undo}>
              {t('undo')}
            </button>
          ) : (
            <button type="button" onClick={() => toasts.close(toast.id)}>
              {t('close')}
            </button>
          )}
        </div>
      ))}
    </section>
  )
}
