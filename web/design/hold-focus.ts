// Where the focus is while a dialog lies over the page (ARIA Authoring Practices, modal dialog). Mantine's own trap moves the focus by timers, a moment
// after it was to move: on a busy machine somebody was typing by then, and what they typed went to another field.

const stops = 'a[href], button, input, select, textarea, [tabindex]'

/** What Tab stops at, in its order. */
function stopsOf(dialog: HTMLElement): HTMLElement[] {
  return [...dialog.querySelectorAll<HTMLElement>(stops)].filter(
    (one) => one.tabIndex >= 0 && !one.matches(':disabled') && one.checkVisibility(),
  )
}

/** Of dialogs that lie over each other, the last one holds the focus. */
const held: HTMLElement[] = []

/** Takes the focus into the dialog, keeps it there, and gives it back where it was when the returned function is called. */
export function holdFocus(dialog: HTMLElement): () => void {
  const before = document.activeElement
  const enter = () => (dialog.querySelector<HTMLElement>('[data-autofocus]') ?? stopsOf(dialog)[0] ?? dialog).focus()
  const keep = (event: KeyboardEvent) => {
    if (event.key !== 'Tab' || event.defaultPrevented || held.at(-1) !== dialog) return
    const now = document.activeElement
    const around = stopsOf(dialog)
    const [last, next] = event.shiftKey ? [around[0], around.at(-1)] : [around.at(-1), around[0]]
    const isOutside = now === null || now === document.body
    // Elsewhere the browser leads on: it alone knows the parts of a date field.
    if (!isOutside && now !== last && now !== dialog) return
    event.preventDefault()
    next?.focus()
  }
  held.push(dialog)
  if (!dialog.contains(before)) enter()
  document.addEventListener('keydown', keep)
  return () => {
    document.removeEventListener('keydown', keep)
    held.splice(held.indexOf(dialog), 1)
    // Whoever has gone on elsewhere is left there.
    const now = document.activeElement
    if (before instanceof HTMLElement && (now === null || now === document.body || dialog.contains(now))) before.focus()
  }
}
