import { randomUUID } from 'node:crypto'
import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#base/errors'
import { verifyOfficers } from '#base/officers'
import { writeWhole } from '#base/write-file'
import {
  installationFile,
  offeredOfficersFile,
  officersFile,
  readAcceptedOfficers,
  readInstallation,
} from '#server/officers'
import type { DataFolder } from './data-folder.ts'
import type { Say } from './say.ts'

const longestList = 65_536
const lookEveryMilliseconds = 2_000

type Folders = Pick<DataFolder, 'public' | 'programs' | 'accounts'>

/** Orders are for one installation. Made once; a restored one is the same. */
export function prepareInstallation(folder: Folders): void {
  const path = join(folder.public, installationFile)
  if (!existsSync(path)) writeWhole(path, `${randomUUID()}\n`, undefined, folder.accounts ? 0o644 : 0o600)
}

/** The folder is a program's: a link could lead anywhere, a pipe would hold us for ever, a file could be endless. */
function readOffer(path: string): string | undefined {
  let handle: number
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const stat = fstatSync(handle)
    if (!stat.isFile() || stat.size > longestList) throw new Error('it is no file of that kind')
    return readFileSync(handle, 'utf8')
  } finally {
    closeSync(handle)
  }
}

/**
 * Takes the list of officers that the portal offers, when it is signed as it must be. From then on the supervisor needs neither the portal nor
 * a database to know whom it obeys. True when there is a new one.
 */
export function takeOfficers(folder: Folders): boolean {
  const offer = readOffer(join(folder.programs, 'portal', offeredOfficersFile))
  if (offer === undefined) return false
  const path = join(folder.public, officersFile)
  if (existsSync(path) && readFileSync(path, 'utf8') === offer) return false
  verifyOfficers(offer, readInstallation(folder.public), readAcceptedOfficers(folder.public))
  return writeWhole(path, offer, undefined, folder.accounts ? 0o644 : 0o600)
}

/** Looks again and again while programs run. Returns how to stop. */
export function watchOfficers(folder: Folders, say: Say): () => void {
  let told: string | undefined
  const look = () => {
    try {
      if (takeOfficers(folder))
        say(
          'Emergency destruction is armed: the officers of the portal have been taken over. docs/operating/emergency.md',
        )
      told = undefined
    } catch (error) {
      const why = error instanceof AppError ? error.message : String(error)
      if (why !== told) say.trouble(`The officers that the portal offers are not taken over. ${why}`)
      told = why
    }
  }
  look()
  const timer = setInterval(look, lookEveryMilliseconds)
  timer.unref()
  return () => clearInterval(timer)
}
