import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type OfficerList, verifyOfficers } from '#base/officers'

// What the supervisor has laid into the public folder, for every program to read: which installation this is, and the officers it obeys.

export const installationFile = 'installation'
export const officersFile = 'officers.txt'
/** In the portal's own folder: the list that the supervisor is to take. */
export const offeredOfficersFile = 'officers.txt'

export function readInstallation(publicFolder: string): string {
  return readFileSync(join(publicFolder, installationFile), 'utf8').trim()
}

/** Whom the supervisor obeys. Undefined: emergency destruction is not armed. */
export function readAcceptedOfficers(publicFolder: string): OfficerList | undefined {
  const path = join(publicFolder, officersFile)
  return existsSync(path) ? verifyOfficers(readFileSync(path, 'utf8'), readInstallation(publicFolder)) : undefined
}
