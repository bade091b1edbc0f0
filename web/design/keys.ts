// Shortcuts: one key ("/", "?") or two in a row ("g p").

/** A second key later than this begins anew: whoever pressed g by accident is not sent away a minute later. */
const SECOND_KEY_WITHIN_MS = 1_500

type Press = { key: string; hasModifier: boolean; isTyping: boolean; atMs: number }

/** Answers which shortcut a press completes. Presses while typing, or with Ctrl, Alt or Cmd, are never ours. */
export function createKeyReader(shortcuts: readonly string[]) {
  let first: { key: string; atMs: number } | undefined
  return (press: Press): string | undefined => {
    if (press.isTyping || press.hasModifier) {
      first = undefined
      return undefined
    }
    const isFollowing = first !== undefined && press.atMs - first.atMs <= SECOND_KEY_WITHIN_MS
    const pair = isFollowing ? `${first?.key} ${press.key}` : undefined
    first = undefined
    if (pair && shortcuts.includes(pair)) return pair
    if (shortcuts.includes(press.key)) return press.key
    if (shortcuts.some((shortcut) => shortcut.startsWith(`${press.key} `))) first = { key: press.key, atMs: press.atMs }
    return undefined
  }
}
