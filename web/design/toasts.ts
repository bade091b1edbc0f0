// Short words about what was just done, and the way back from it. Kept outside React so that a change
// that can be undone is carried out even when the page that started it is gone.
import { ConfirmationGivenUp } from './given-up.ts'
import { problemText } from './problem-text.ts'

/** Long enough to read and reach the button by keyboard; the clock stands while the pointer or focus is on it. */
const SHOWN_MS = 9_000

export type Toast = { id: number; text: string; undo?: () => void; isProblem: boolean }

type Kept = Toast & { end: () => void; timer: ReturnType<typeof setTimeout> | undefined }

let kept: readonly Kept[] = []
let lastId = 0
const listeners = new Set<() => void>()

function change(next: readonly Kept[]): void {
  kept = next
  for (const listener of listeners) listener()
}

export const toasts = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  read: (): readonly Toast[] => kept,
  hold(): void {
    for (const toast of kept) {
      clearTimeout(toast.timer)
      toast.timer = undefined
    }
  },
  resume(): void {
    for (const toast of kept) toast.timer ??= setTimeout(() => finish(toast.id), SHOWN_MS)
  },
  close: finish,
  undoLast(): void {
    kept.findLast((toast) => toast.undo)?.undo?.()
  },
}

function finish(id: number): void {
  const toast = kept.find((one) => one.id === id)
  if (!toast) return
  clearTimeout(toast.timer)
  change(kept.filter((one) => one.id !== id))
  // The pointer was on this one and cannot leave what is gone: the others' clocks go on.
  toasts.resume()
  toast.end()
}

function add(text: string, isProblem: boolean, end: () => void, undo?: () => void): void {
  lastId += 1
  const id = lastId
  const timer = setTimeout(() => finish(id), SHOWN_MS)
  const toast: Kept = { id, text, isProblem, end, timer }
  if (undo) {
    toast.undo = () => {
      clearTimeout(toast.timer)
      change(kept.filter((one) => one.id !== id))
      toasts.resume()
      undo()
    }
  }
  change([...kept, toast])
}

const nothing = () => undefined

export const tell = (text: string): void => add(text, false, nothing)

export const tellProblem = (error: unknown): void => {
  if (!(error instanceof ConfirmationGivenUp)) add(problemText(error), true, nothing)
}

/** It is done already; `undo` does it backwards. */
export const tellWithUndo = (text: string, undo: () => void): void => add(text, false, nothing, undo)

/** The change is shown at once and carried out when its time to be undone is over. */
export function offerUndo(offer: { text: string; commit: () => Promise<unknown>; revert: () => void }): void {
  const commit = () => {
    offer.commit().catch((error: unknown) => {
      offer.revert()
      tellProblem(error)
    })
  }
  add(offer.text, false, commit, offer.revert)
}

// Whoever closes the tab meant what they did.
globalThis.addEventListener?.('pagehide', () => {
  for (const toast of kept) finish(toast.id)
})
