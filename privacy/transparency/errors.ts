import { AppError } from '#base/errors'

/** The same id for something else: whoever sends it has a fault, and the first entry stands. */
export const entryIdTaken = () =>
  new AppError('transparency.entry_id_taken', 409, 'Another entry has this id. Nothing was changed.')

export const entryNotFound = () =>
  new AppError(
    'transparency.entry_not_found',
    404,
    'The log has no such entry, or not yet; ask again in a few seconds.',
  )

export const tileNotFound = () => new AppError('transparency.tile_not_found', 404, 'The log has no such tile.')

export const noCheckpoint = () =>
  new AppError('transparency.no_checkpoint', 503, 'The log has just been made. Ask again in a few seconds.', {
    retryAfterSeconds: 2,
  })

/** Signing on would vouch for something else than before: the log stops, and what was signed stays. */
export const treeDamaged = () =>
  new AppError(
    'transparency.tree_damaged',
    500,
    'The stored tree is not the one that was signed. Nothing more is signed.',
  )

export const keyUnreadable = (cause: unknown) =>
  new AppError('transparency.key_unreadable', 500, 'The key of the transparency log cannot be read.', { cause })
