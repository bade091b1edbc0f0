import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '#base/write-file'
import { packBundle, readNoteOf } from '#engine/bundle'
import type { Database } from '#server/database'

const bundleFile = /^rules-(.+)\.bundle$/

/**
 * Lays what the provider has in use where the supervisor finds it, who carries it to the Cloud: samples are looked into by the same rules as devices. Each portal does this for
 * the Cloud beside it. Sets of one organisation stay away from the Cloud: they would tell it whose samples it has.
 */
export function createHandOver(database: Database, folder: string): () => Promise<void> {
  const laid = new Map<string, string>()
  const pathOf = (name: string) => join(folder, `rules-${name}.bundle`)
  return async () => {
    const wanted = await database.sql<{ name: string; version: string }[]>`
      select name, version from rule_sets.rule_set where is_used and version > 0 order by name limit 50`
    for (const { name, version } of wanted) {
      if (laid.get(name) === version) continue
      const file = await read(database, name, version)
      if (file === undefined) continue
      writeWhole(pathOf(name), file)
      laid.set(name, version)
    }
    const names = new Set(wanted.map(({ name }) => name))
    for (const file of readdirSync(folder)) {
      const [, name = ''] = bundleFile.exec(file) ?? []
      if (name === '' || names.has(name)) continue
      rmSync(pathOf(name), { force: true })
      laid.delete(name)
    }
  }
}

/** Undefined when there is another version by now. */
async function read({ sql }: Database, name: string, version: string): Promise<Buffer | undefined> {
  const rows = await sql<{ note: string; sha256: string; content: Buffer }[]>`
    select s.note, p.sha256, p.content from rule_sets.rule_set s join rule_sets.part p on p.name = s.name
    where s.name = ${name} and s.version = ${version} limit 700`
  const [first] = rows
  if (!first) return undefined
  const contents = new Map(rows.map(({ sha256, content }) => [sha256, content]))
  const parts = readNoteOf(first.note, 'kept').parts.map(({ sha256 }) => contents.get(sha256) ?? Buffer.alloc(0))
  return packBundle({ note: first.note, parts })
}
