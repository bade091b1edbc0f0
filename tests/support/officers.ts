import { chownSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeOfficerKey, type OfficerKey, openOfficerKey } from '#base/officer-key'
import { type Act, writeOfficer, writeOfficers, writeOrder } from '#base/officers'
import { signNote } from '#base/signed-note'

export const passphrase = 'kolme sinistä ämpäriä'

const nowText = () => `${new Date().toISOString().slice(0, 19)}Z`

/** Signature lines of several under one text. */
export function signTogether(text: string, keys: readonly OfficerKey[]): string {
  const lines = keys.map(({ officer, signing }) => signNote(text, officer.name, signing).slice(text.length + 1))
  return `${text}\n${lines.join('')}`
}

/** The files of two officers: what each keeps, and what each gives away. */
export function writeOfficerFiles(place: string): { keys: string[]; publics: string[] } {
  const made = [makeOfficerKey(passphrase), makeOfficerKey(passphrase)]
  const write = (name: string, text: string) => {
    const path = join(place, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  return {
    keys: made.map(({ file }, index) => write(`officer-${index}.key`, file)),
    publics: made.map(({ officer }, index) => write(`officer-${index}.public`, `${writeOfficer(officer)}\n`)),
  }
}

/** Two officers of a Vartio in a data folder, whose keys the test holds. */
export function createOfficers(dataFolder: string) {
  const files = [makeOfficerKey(passphrase).file, makeOfficerKey(passphrase).file]
  const keys = files.map((file) => openOfficerKey(file, passphrase))
  const installation = readFileSync(join(dataFolder, 'public', 'installation'), 'utf8').trim()
  return {
    keys,
    files,
    /** What the portal does when both have signed. */
    offer(): void {
      const list = { installation, number: 1, at: nowText(), officers: keys.map(({ officer }) => officer) }
      const folder = join(dataFolder, 'programs', 'portal')
      const path = join(folder, 'officers.txt')
      writeFileSync(path, signTogether(writeOfficers(list), keys))
      const { uid, gid } = statSync(folder)
      chownSync(path, uid, gid)
    },
    /** A file with the order of each. */
    order(act: Act, into: string): [string, string] {
      const paths = keys.map((key, index) => {
        const path = join(into, `order-${act}-${index}-${key.officer.name}`)
        writeFileSync(path, signTogether(writeOrder({ act, installation, at: nowText() }), [key]), { mode: 0o644 })
        return path
      })
      return [paths[0] as string, paths[1] as string]
    },
  }
}
