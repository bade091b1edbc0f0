import {
  chownSync,
  closeSync,
  constants,
  existsSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Account } from '#base/users'
import { type ArchiveWriter, type Part, partBytes } from './archive.ts'
import type { DataFolder } from './data-folder.ts'
import { programs } from './programs.ts'

/** Folders of files that are data: whole in a backup of rows, and nobody's. Their files never change once they have their name. */
export const fileFolders: Readonly<Partial<Record<(typeof programs)[number], readonly string[]>>> = {
  cloud: ['verdicts'],
}

/** What can be had again from elsewhere or is made anew: no key lies in it, so destroying it can wait. */
export const keylessFolders: readonly string[] = ['verdicts', 'filter', 'imports', 'rules']

export const filesContents = z
  .array(
    z.object({
      program: z.enum(programs),
      folder: z.string().regex(/^[a-z-]{1,40}$/),
      files: z.int().min(0).max(1_000),
    }),
  )
  .default([])
export type FilesContents = z.output<typeof filesContents>

type Open = { readonly name: string; readonly fd: number }

/** All at once: a file that the program replaces meanwhile stays readable, and what its manifest names is there. */
function openAll(folder: string): Open[] {
  for (let attempt = 0; ; attempt += 1) {
    const opened: Open[] = []
    try {
      // The manifest first: segments that come behind it belong to nobody yet.
      const names = readdirSync(folder).filter((name) => /^[a-z0-9.-]{1,60}$/.test(name) && !/\.(new|half)$/.test(name))
      for (const name of names.sort((a, b) => Number(b === 'manifest.json') - Number(a === 'manifest.json')))
        opened.push({ name, fd: openSync(join(folder, name), constants.O_RDONLY | constants.O_NOFOLLOW) })
      return opened
    } catch (error) {
      for (const { fd } of opened) closeSync(fd)
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === 10) throw error
    }
  }
}

/** Adds the files to a backup, and answers what was added. */
export async function writeFiles(archive: ArchiveWriter, folder: DataFolder): Promise<FilesContents> {
  const contents: FilesContents = []
  for (const program of programs)
    for (const name of fileFolders[program] ?? []) {
      const path = join(folder.programs, program, name)
      const opened = existsSync(path) ? openAll(path) : []
      try {
        for (const { name: file, fd } of opened) {
          const { size } = fstatSync(fd)
          for (let at = 0, part = 0; at < size || part === 0; part += 1) {
            const piece = Buffer.alloc(Math.min(partBytes, size - at))
            if (readSync(fd, piece, 0, piece.length, at) !== piece.length) throw new Error(`${file} became shorter`)
            await archive.add(`files/${program}/${name}/${file}/${String(part).padStart(6, '0')}`, piece)
            at += piece.length
          }
        }
      } finally {
        for (const { fd } of opened) closeSync(fd)
      }
      if (opened.length > 0) contents.push({ program, folder: name, files: opened.length })
    }
  return contents
}

/** Lays them back, before the program has ever run in this folder. */
export async function restoreFiles(parts: AsyncIterable<Part>, folder: DataFolder): Promise<void> {
  let last: { path: string; fd: number } | undefined
  const close = () => {
    if (!last) return
    fsyncSync(last.fd)
    closeSync(last.fd)
    last = undefined
  }
  try {
    for await (const { name, content } of parts) {
      const [, program = '', sub = '', file = ''] = name.split('/')
      const known = programs.find((one) => one === program)
      if (!known || !fileFolders[known]?.includes(sub)) continue
      const account = folder.accounts?.programs[known]
      const own = join(folder.programs, known, sub)
      if (!existsSync(own)) {
        mkdirSync(own, { mode: 0o700 })
        if (account) chownSync(own, account.uid, account.gid)
      }
      const path = join(own, file)
      if (last?.path !== path) {
        close()
        last = { path, fd: openNew(path, account) }
      }
      for (let at = 0; at < content.length; ) at += writeSync(last.fd, content, at)
    }
  } finally {
    close()
  }
}

function openNew(path: string, account: Account | undefined): number {
  const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants
  const fd = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600)
  if (account) fchownSync(fd, account.uid, account.gid)
  return fd
}
