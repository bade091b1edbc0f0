import type { Caller } from '#server/routes'
import { hiddenName } from './api.ts'

/** Whose eyes: of the organisation itself, or of one that looks after it, which sees no names of home folders. */
export type Viewer = { readonly isOwn: boolean }

/** Whoever has no role in the organisation itself is here because it is looked after by another. */
export const viewerOf = (caller: Caller): Viewer => ({
  isOwn: caller.kind === 'key' || (caller.kind === 'person' && caller.roles.length > 0),
})

/**
 * Folders in which each is called by whoever it belongs to, wherever they lie and also as names within a container: homes, what is plugged in, letters,
 * own schedules.
 */
const personal = [['home'], ['Users'], ['media'], ['var', 'mail'], ['spool', 'mail'], ['cron', 'crontabs'], ['cron', 'tabs']] // biome-ignore format: a list reads better in lines than in a column

/** A pattern of a policy, which names nobody. */
const isPattern = (name: string) => /^[*?]+$/.test(name)
const isDomain = (name: string) => name.includes('.') || /^[A-Z0-9-]{2,15}$/.test(name)

/** A path without the part that names a person. */
export function maskPath(path: string): string {
  // Names and what is between them, in turn.
  const parts = path.split(/([/\\]+)/)
  const names = parts.filter((_, at) => at % 2 === 0)
  const isPersonal = (at: number) =>
    personal.some((folder) => folder.every((name, back) => names[at - folder.length + back] === name))
  // Of a home below the name of a domain both are hidden: which of them names a person cannot be told from outside.
  const isBelowDomain = (at: number) =>
    at + 1 < names.length && ['home', 'Users'].includes(names[at - 2] ?? '') && isDomain(names[at - 1] ?? '')
  return parts
    .map((part, at) => {
      const place = at / 2
      const isHidden = at % 2 === 0 && part !== '' && !isPattern(part) && (isPersonal(place) || isBelowDomain(place))
      return isHidden ? hiddenName : part
    })
    .join('')
}

/** As this viewer sees it. */
export const pathFor = ({ isOwn }: Viewer, path: string): string => (isOwn ? path : maskPath(path))
