import { fork } from 'node:child_process'
import { createCipheriv, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// What encryptors do to files, with a key that is thrown away. Used on files that the bench has just made; refuses every other folder.

const [, , pattern = '', folder = '', part = ''] = process.argv
if (!readdirSync(folder).includes('made-by-the-bench')) throw new Error('this folder was not made by the bench')

const encrypt = (bytes: Buffer) => createCipheriv('aes-256-ctr', randomBytes(32), randomBytes(16)).update(bytes)

/** Every other page, from the second on: the beginning still tells what the file was. */
function encryptPieces(bytes: Buffer): Buffer {
  const page = 4_096
  for (let at = page; at < bytes.length; at += 2 * page) encrypt(bytes.subarray(at, at + page)).copy(bytes, at)
  return bytes
}

const patterns: Record<string, (path: string) => void> = {
  'in place': (path) => writeFileSync(path, encrypt(readFileSync(path))),
  'copied and removed': (path) => {
    writeFileSync(`${path}.locked`, encrypt(readFileSync(path)))
    rmSync(path)
  },
  'renamed first': (path) => {
    renameSync(path, `${path}.locked`)
    writeFileSync(`${path}.locked`, encrypt(readFileSync(`${path}.locked`)))
  },
  'every other page': (path) => writeFileSync(path, encryptPieces(readFileSync(path))),
  'by many processes': (path) => {
    writeFileSync(`${path}.tmp`, encrypt(readFileSync(path)))
    renameSync(`${path}.tmp`, path)
  },
}

const files = (readdirSync(folder, { recursive: true, encoding: 'utf8' }) as string[])
  .map((name) => join(folder, name))
  .filter((path) => !path.endsWith('made-by-the-bench') && !path.includes('.locked') && statSync(path).isFile())

if (pattern === 'by many processes' && part === '') {
  // Each takes a few, and none takes many.
  for (let from = 0; from < files.length; from += 4)
    await new Promise((resolve) => fork(import.meta.filename, [pattern, folder, String(from)]).once('exit', resolve))
} else {
  const from = part === '' ? 0 : Number(part)
  for (const path of part === '' ? files : files.slice(from, from + 4)) patterns[pattern]?.(path)
}
