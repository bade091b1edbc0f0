import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Letters, tables and pictures of somebody. */
export function makeHome(home: string, files: number): string {
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'made-by-the-bench'), 'yes')
  for (let index = 0; index < files; index += 1) {
    const sub = join(home, `folder-${index % 10}`)
    if (index < 10) mkdirSync(sub)
    const text = Buffer.from(`a letter about something ${index}\n`.repeat(400 + (index % 200)))
    if (index % 5 === 0) writeFileSync(join(sub, `old-picture-${index}.jpg`), picture(20_000 + index))
    else writeFileSync(join(sub, `old-letter-${index}.txt`), text)
  }
  return home
}

export function picture(bytes: number): Buffer {
  const content = createHash('shake256', { outputLength: bytes }).update(String(bytes)).digest()
  Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1]).copy(content)
  return content
}

const hashOf = (path: string) =>
  existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : undefined

export function hashesOf(home: string): Map<string, string | undefined> {
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' }) as string[]
  const old = names.filter((name) => basename(name).startsWith('old-')).map((name) => join(home, name))
  return new Map(old.map((path) => [path, hashOf(path)]))
}

export const lostOf = (before: Map<string, string | undefined>): number =>
  [...before].filter(([path, hash]) => hashOf(path) !== hash).length
