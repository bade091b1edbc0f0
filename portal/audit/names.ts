import type { Sql } from '#server/database'
import type { TargetKind } from './api.ts'

/** Which of these ids still has a name, and which. An id that is missing from the answer has been erased. */
export type NameThem = (tx: Sql, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>

/**
 * The log keeps ids; names are added when it is read. The areas that own the things stand above this one, so they bring the function that
 * names them while the program is built.
 */
export type Names = {
  add(kind: TargetKind, nameThem: NameThem): void
  find(
    tx: Sql,
    things: readonly { kind: TargetKind; id: string | null }[],
  ): Promise<(kind: TargetKind, id: string | null) => string | null>
}

export function createNames(): Names {
  const known = new Map<TargetKind, NameThem>()
  return {
    add(kind, nameThem) {
      if (known.has(kind)) throw new Error(`two areas name every ${kind}`)
      known.set(kind, nameThem)
    },
    async find(tx, things) {
      const found = new Map<string, string>()
      for (const [kind, nameThem] of known) {
        const ids = [...new Set(things.flatMap((thing) => (thing.kind === kind && thing.id ? [thing.id] : [])))]
        if (ids.length === 0) continue
        for (const [id, name] of await nameThem(tx, ids)) found.set(`${kind} ${id}`, name)
      }
      return (kind, id) => (id ? (found.get(`${kind} ${id}`) ?? null) : null)
    },
  }
}
