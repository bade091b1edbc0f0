import { createHash, generateKeyPair } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { keysDamaged } from './errors.ts'

const generate = promisify(generateKeyPair)
const day = 86_400_000

export const algorithms = ['ES256', 'RS256'] as const
type Algorithm = (typeof algorithms)[number]

/** A key signs for a month. A short life bounds what a stolen one is worth. */
const signsForDays = 30
/** It is published this long before it signs, so that services which keep our key set for a day know it when they need it. */
const publishedAheadDays = 2
/** And this long after it last signed: an ID token still serves as a hint for as long as its session lasts. */
const keptAfterDays = 2
/** Where identity runs several times over one folder, another process may have made a key: each looks this often, which is little of two days. */
export const looksAgainAfterMs = 3_600_000

const schema = z.object({
  keys: z
    .array(z.object({ alg: z.enum(algorithms), signsFrom: z.iso.datetime(), jwk: z.looseObject({ kid: z.string() }) }))
    .max(50),
})

type SigningKey = z.output<typeof schema>['keys'][number]

async function makeKey(alg: Algorithm, signsFrom: Date): Promise<SigningKey> {
  const { privateKey } =
    alg === 'ES256'
      ? await generate('ec', { namedCurve: 'P-256' })
      : await generate('rsa', { modulusLength: 3_072, publicExponent: 0x10001 })
  const jwk = privateKey.export({ format: 'jwk' })
  // RFC 7638 §3.2: the required members in order of their names.
  const members =
    alg === 'ES256' ? { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y } : { e: jwk.e, kty: jwk.kty, n: jwk.n }
  const kid = createHash('sha256').update(JSON.stringify(members)).digest('base64url')
  return { alg, signsFrom: signsFrom.toISOString(), jwk: { ...jwk, kid, alg, use: 'sig' } }
}

/** Which keys there should be now. Decided by the times alone, so that two processes and a missed run come to the same. */
export async function rotate(keys: readonly SigningKey[], now: Date): Promise<SigningKey[]> {
  const result: SigningKey[] = []
  for (const alg of algorithms) {
    const own = keys.filter((key) => key.alg === alg).sort((a, b) => (a.signsFrom < b.signsFrom ? -1 : 1))
    const newest = own.at(-1)
    if (!newest) {
      result.push(await makeKey(alg, now))
      continue
    }
    const nextFrom = new Date(new Date(newest.signsFrom).getTime() + signsForDays * day)
    if (now.getTime() > nextFrom.getTime() - publishedAheadDays * day)
      // After a long stop the next key's time has passed already; it is still published ahead.
      own.push(await makeKey(alg, new Date(Math.max(nextFrom.getTime(), now.getTime() + publishedAheadDays * day))))
    result.push(
      ...own.filter((_, place) => {
        const successor = own[place + 1]
        return !successor || now.getTime() < new Date(successor.signsFrom).getTime() + keptAfterDays * day
      }),
    )
  }
  return result
}

/** As the protocol core wants them: of each algorithm the first one signs, the others only verify. */
export function orderForSigning(keys: readonly SigningKey[], now: Date): SigningKey['jwk'][] {
  const active = (key: SigningKey) => new Date(key.signsFrom) <= now
  return [...keys]
    .sort((a, b) => Number(active(b)) - Number(active(a)) || (a.signsFrom > b.signsFrom ? -1 : 1))
    .map((key) => key.jwk)
}

export function createSigningKeys(folder: string) {
  const file = join(folder, 'signing-keys.json')

  function read(): SigningKey[] {
    let text: string
    try {
      text = readFileSync(file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw keysDamaged(error)
    }
    try {
      return schema.parse(JSON.parse(text)).keys
    } catch (error) {
      // Making new ones over a damaged file would end every session without anybody having decided it.
      throw keysDamaged(error)
    }
  }

  /** Under a name of this process's own until it is whole. The first file there is one's who was first; the others take that one. */
  function write(keys: readonly SigningKey[], isFirst: boolean): void {
    const own = `${file}.${process.pid}.new`
    writeFileSync(own, JSON.stringify({ keys }), { mode: 0o600 })
    if (!isFirst) {
      renameSync(own, file)
      return
    }
    try {
      linkSync(own, file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      rmSync(own)
    }
  }

  return {
    /** Rotates what is due and answers the keys in signing order. */
    async current(now: Date): Promise<SigningKey['jwk'][]> {
      const kept = read()
      const keys = await rotate(kept, now)
      if (JSON.stringify(keys) === JSON.stringify(kept)) return orderForSigning(kept, now)
      // Another process may have done it while these were made: then its keys are the ones.
      const found = read()
      if (JSON.stringify(found) === JSON.stringify(kept)) write(keys, kept.length === 0)
      return orderForSigning(read(), now)
    },
  }
}
