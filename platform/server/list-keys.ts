import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { describeNoteKey } from '#base/signed-note'
import type { Account } from '#base/users'
import { readOwn, writeWhole } from '#base/write-file'

// The key that the Cloud signs its lists with, and the one that follows it. Devices are told both by the portal, so that on the day of the change none refuses a
// list; from the Cloud itself they take no key.

const files = { now: 'list-key.pem', next: 'list-key-next.pem' } as const
const published = 'cloud.lists'
/** Not the host: it may change, and the key must go on. */
const name = 'vartio/known-bad'

const make = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string

/** Makes what is missing in the Cloud's folder and lays the public halves beside those of the programs. */
export function createListKeys(folder: string, publicFolder: string, owner?: Account): void {
  for (const file of Object.values(files))
    if (!readOwn(join(folder, file))) writeWhole(join(folder, file), make(), owner)
  publish(folder, publicFolder)
}

/** The next key becomes the one that signs, and another the next. A running Cloud sees it when it next looks at its store. */
export function rotateListKeys(folder: string, publicFolder: string, owner?: Account): void {
  createListKeys(folder, publicFolder, owner)
  writeWhole(join(folder, files.now), readOwn(join(folder, files.next)) as Buffer, owner)
  writeWhole(join(folder, files.next), make(), owner)
  publish(folder, publicFolder)
}

function publish(folder: string, publicFolder: string): void {
  const lines = [files.now, files.next].map((file) => describe(readPrivate(folder, file)))
  writeWhole(join(publicFolder, published), `${lines.join('\n')}\n`, undefined, 0o644)
}

const describe = (privateKey: KeyObject) => describeNoteKey(name, createPublicKey(privateKey)).text

function readPrivate(folder: string, file: string): KeyObject {
  const pem = readOwn(join(folder, file))
  if (!pem) throw new Error('The key that lists are signed with is not there: the supervisor makes it.')
  return createPrivateKey(pem)
}

export type ListSigner = { readonly name: string; readonly privateKey: KeyObject; readonly key: string }

/** For the Cloud: what it signs with now. */
export function readListSigner(folder: string): ListSigner {
  const privateKey = readPrivate(folder, files.now)
  return { name, privateKey, key: describe(privateKey) }
}

/** For the portal: whose signatures devices are to believe. Read each time, so that a new key needs no restart. */
export function readListKeys(publicFolder: string): string[] {
  return readOwn(join(publicFolder, published))?.toString('utf8').trim().split('\n') ?? []
}
