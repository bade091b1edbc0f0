import { chownSync, existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '#base/write-file'
import { installationFile, officersFile } from '#server/officers'
import { statutoryFolder } from '#server/statutory'
import type { DataFolder } from '../data-folder.ts'
import { programs } from '../programs.ts'

/**
 * Made again at each start from settings and from `secrets/`, or true only of this machine. The key of the transparency log is in no backup:
 * what is restored has forgotten the newest entries, and must not be able to sign another history under the old name.
 */
const madeAgain =
  /^(call-key\.pem|client-key\.json|.*-hash|database\.json|database-password|key-store\.json|key-store-password|key-epoch|restored|used-.*|vartio-.*|rules-.*|log-key\.(?:pem|txt)|.*\.new)$/

const statutoryKey = /^\d{4}\.jwk$/

/** Roots and everything else that is secret: what emergency destruction takes, and what a backup of keys holds. */
export function* privateFiles(folder: DataFolder): Generator<{ name: string; path: string }> {
  yield { name: 'secrets/set-up', path: join(folder.secrets, 'set-up') }
  // Orders of its officers hold for what is restored too.
  for (const file of [installationFile, officersFile]) yield { name: `public/${file}`, path: join(folder.public, file) }
  // Of bookkeeping records: the one secret that emergency destruction spares.
  const statutory = join(folder.path, statutoryFolder, 'keys')
  for (const file of existsSync(statutory) ? readdirSync(statutory) : [])
    if (statutoryKey.test(file)) yield { name: `statutory/${file}`, path: join(statutory, file) }
  // A folder, link or socket is nothing that a program keeps there.
  for (const program of programs)
    for (const [kind, path, skip] of [
      ['secrets', join(folder.secrets, program), /\.new$/],
      ['programs', join(folder.programs, program), madeAgain],
      ['roots', join(folder.programs, program, 'roots'), /\.new$/],
    ] as const)
      for (const file of existsSync(path) ? readdirSync(path) : [])
        if (!skip.test(file) && lstatSync(join(path, file)).isFile())
          yield { name: `${kind}/${program}/${file}`, path: join(path, file) }
}

/** Puts one of them back, before the first start could make a new one. */
export function putBack(folder: DataFolder, name: string, content: Buffer): void {
  const [kind, program = '', file, ...rest] = name.split('/')
  if (rest.length > 0) return
  if (name === 'secrets/set-up') writeWhole(join(folder.secrets, 'set-up'), content)
  if (kind === 'public' && file === undefined && (program === installationFile || program === officersFile))
    writeWhole(join(folder.public, program), content, undefined, folder.accounts ? 0o644 : 0o600)
  if (kind === 'statutory' && file === undefined && statutoryKey.test(program)) {
    const keys = join(folder.path, statutoryFolder, 'keys')
    mkdirSync(keys, { recursive: true, mode: 0o700 })
    writeWhole(join(keys, program), content)
  }
  if (file === undefined || !(programs as readonly string[]).includes(program)) return
  if (kind === 'secrets') {
    const own = join(folder.secrets, program)
    if (!existsSync(own)) mkdirSync(own, { mode: 0o700 })
    writeWhole(join(own, file), content)
  }
  const account = folder.accounts?.programs[program]
  if (kind === 'programs') writeWhole(join(folder.programs, program, file), content, account)
  if (kind === 'roots') {
    const roots = join(folder.programs, program, 'roots')
    if (!existsSync(roots)) mkdirSync(roots, { mode: 0o700 })
    if (account) chownSync(roots, account.uid, account.gid)
    writeWhole(join(roots, file), content, account)
  }
}
