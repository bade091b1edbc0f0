import { AppError } from '#base/errors'

/** Roots are told apart by store and number: a root of another store is never taken for ours, and never destroyed as an old one of ours. */
export type RootId = { readonly store: string; readonly number: number }

export type OpenRoot = {
  /** Seals the key of a scope. `bound` is what it is bound to. */
  wrap(key: Uint8Array, bound: string): Buffer
  /** Undefined when this root did not seal it for this place. */
  unwrap(sealed: Uint8Array, bound: string): Buffer | undefined
}

/**
 * The keys above all keys. They lie outside every database and every backup of one; whoever destroys them has destroyed everything below. A root
 * is made, used, and destroyed when the next has taken its place; it is never changed.
 */
export type Roots = {
  /** Durable when it returns. What an unfinished try has left under this name is destroyed first. */
  make(id: RootId): Promise<void>
  /** Undefined when there is no such root (any more). */
  open(id: RootId): Promise<OpenRoot | undefined>
  list(): Promise<RootId[]>
  /** For ever: overwritten as far as the medium lets us, and gone. One that is gone already is no error. */
  destroy(id: RootId): Promise<void>
}

export function rootDamaged(): AppError {
  return new AppError('key_store.root_damaged', 500, 'A root of the key store is damaged.')
}
