import { join, resolve } from 'node:path'
import { isRoot } from '#base/users'

/** The folder with the code: two above this file. */
export const codeFolder = join(import.meta.dirname, '..', '..')

export function dataPath(setting: string | undefined): string {
  if (setting) return resolve(setting)
  return isRoot() ? '/var/lib/vartio' : join(codeFolder, 'data')
}
