import { randomBytes } from 'node:crypto'
import type { Token } from './pkcs11.ts'
import type { RootId, Roots } from './root.ts'

const pattern = /^vartio ([a-z]+) ([0-9a-f-]{36})\.(\d{1,9})$/

/**
 * Roots as keys of a token (PKCS#11): made in it, not extractable, used in it. Destroying one is the token's work, on whatever medium it has. What is
 * still under a file from before opens as it did; each new root is made in the token, so the next rotation moves everything there.
 */
export function createTokenRoots(token: Token, program: string, files: Roots): Roots {
  const labelOf = ({ store, number }: RootId) => `vartio ${program} ${store}.${number}`
  return {
    async make(id) {
      token.destroyKey(labelOf(id))
      await files.destroy(id)
      token.makeKey(labelOf(id))
    },
    async open(id) {
      const key = token.findKey(labelOf(id))
      if (key === undefined) return files.open(id)
      return {
        wrap(plain, bound) {
          const nonce = randomBytes(12)
          return Buffer.concat([nonce, token.encrypt(key, nonce, Buffer.from(bound), plain)])
        },
        unwrap: (sealed, bound) =>
          token.decrypt(key, Buffer.from(sealed.subarray(0, 12)), Buffer.from(bound), sealed.subarray(12)),
      }
    },
    async list() {
      const inToken = token.labels().flatMap((label) => {
        const [, of, store = '', number] = pattern.exec(label) ?? []
        return of === program ? [{ store, number: Number(number) }] : []
      })
      return [...inToken, ...(await files.list())]
    },
    async destroy(id) {
      token.destroyKey(labelOf(id))
      await files.destroy(id)
    },
  }
}
