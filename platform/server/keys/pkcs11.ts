import koffi from 'koffi'
import { AppError } from '#base/errors'

// As much of PKCS#11 (v2.40) as roots need, called where the token's own library lies: a key that is made in the token and never leaves it, and AES-GCM with
// it. Structures are laid out by hand for 64-bit Linux: a number, a pointer and a length have eight bytes each.

const C = {
  initialize: 0,
  getSlotList: 4,
  getTokenInfo: 6,
  openSession: 12,
  login: 18,
  destroyObject: 22,
  getAttributeValue: 24,
  findObjectsInit: 26,
  findObjects: 27,
  findObjectsFinal: 28,
  encryptInit: 29,
  encrypt: 30,
  decryptInit: 33,
  decrypt: 34,
  generateKey: 58,
} as const

/** What each of them takes; all answer a CK_RV. */
const shapes: Record<keyof typeof C, string> = {
  initialize: 'ulong f1(void *args)',
  getSlotList: 'ulong f2(uchar present, void *slots, void *count)',
  getTokenInfo: 'ulong f3(ulong slot, void *info)',
  openSession: 'ulong f4(ulong slot, ulong flags, void *application, void *notify, void *session)',
  login: 'ulong f5(ulong session, ulong user, void *pin, ulong length)',
  destroyObject: 'ulong f6(ulong session, ulong object)',
  getAttributeValue: 'ulong f7(ulong session, ulong object, void *template, ulong count)',
  findObjectsInit: 'ulong f8(ulong session, void *template, ulong count)',
  findObjects: 'ulong f9(ulong session, void *objects, ulong most, void *count)',
  findObjectsFinal: 'ulong f10(ulong session)',
  encryptInit: 'ulong f11(ulong session, void *mechanism, ulong key)',
  encrypt: 'ulong f12(ulong session, void *data, ulong length, void *out, void *outLength)',
  decryptInit: 'ulong f13(ulong session, void *mechanism, ulong key)',
  decrypt: 'ulong f14(ulong session, void *data, ulong length, void *out, void *outLength)',
  generateKey: 'ulong f15(ulong session, void *mechanism, void *template, ulong count, void *key)',
}

const ok = 0
const alreadyInitialized = 0x191
const alreadyLoggedIn = 0x100
/** The bytes are not what was sealed: CKR_ENCRYPTED_DATA_INVALID, CKR_GENERAL_ERROR and CKR_AEAD_DECRYPT_FAILED of different makers. */
const doesNotOpen = new Set([0x40, 0x5, 0x42, 0x6, 0x21, 0x20])
const mechanisms = { keyGeneration: 0x1080, gcm: 0x1087 }
const attributes = {
  class: 0x0,
  token: 0x1,
  private: 0x2,
  label: 0x3,
  keyType: 0x100,
  sensitive: 0x103,
  encrypt: 0x104,
  decrypt: 0x105,
  valueLength: 0x161,
  extractable: 0x162,
} as const
const secretKeyClass = 4
const aesKeyType = 0x1f
const tagBits = 128

function failed(what: string, code: number): AppError {
  return new AppError('key_store.token_failed', 500, `The token of the roots cannot ${what} (0x${code.toString(16)}).`)
}

function number(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

const yes = Buffer.from([1])
const no = Buffer.from([0])

/** CK_ATTRIBUTE: type, pointer, length. The values must outlive the call, so they are handed back too. */
function template(entries: readonly (readonly [type: number, value: Buffer])[]): Buffer {
  return Buffer.concat(
    entries.flatMap(([type, value]) => [number(type), number(koffi.address(value)), number(value.length)]),
  )
}

/** CK_MECHANISM with CK_GCM_PARAMS: nonce, what the bytes are bound to, length of the tag. */
function gcm(nonce: Buffer, bound: Buffer): { mechanism: Buffer; kept: Buffer } {
  const kept = Buffer.concat([
    number(koffi.address(nonce)),
    number(nonce.length),
    number(nonce.length * 8),
    number(koffi.address(bound)),
    number(bound.length),
    number(tagBits),
  ])
  return {
    mechanism: Buffer.concat([number(mechanisms.gcm), number(koffi.address(kept)), number(kept.length)]),
    kept,
  }
}

export type Token = {
  makeKey(label: string): void
  /** Handle of the key with this label, if there is one. */
  findKey(label: string): bigint | undefined
  labels(): string[]
  destroyKey(label: string): void
  encrypt(key: bigint, nonce: Buffer, bound: Buffer, plain: Uint8Array): Buffer
  /** Undefined when the bytes do not open. */
  decrypt(key: bigint, nonce: Buffer, bound: Buffer, sealed: Uint8Array): Buffer | undefined
}

const most = 10_000
const openFlags = 0x4 | 0x2
const userType = 1

/** Each once, and held for as long as the process lives: a library is taken out of memory with the object that stands for it. */
const loaded = new Map<string, { library: unknown; call: Call }>()

type Call = (name: keyof typeof C, ...args: unknown[]) => number

/** CK_FUNCTION_LIST: a version of two bytes, padded to eight, then pointers in the order of the standard. */
function load(module: string): Call {
  const known = loaded.get(module)
  if (known) return known.call
  const listAt = Buffer.alloc(8)
  const library = koffi.load(module)
  const code = library.func('ulong C_GetFunctionList(void *list)')(listAt) as number
  if (code !== ok) throw failed('say what it can do', code)
  const pointers = koffi.decode(listAt.readBigUInt64LE(), 8, 'uint64', C.generateKey + 1) as bigint[]
  const calls = Object.fromEntries(
    Object.entries(C).map(([name, at]) => [
      name,
      koffi.decode(BigInt(pointers[at] as bigint), koffi.proto(shapes[name as keyof typeof C])) as (
        ...args: unknown[]
      ) => number,
    ]),
  )
  const call: Call = (name, ...args) => Number(calls[name]?.(...args))
  loaded.set(module, { library, call })
  return call
}

/** Signs in to the token of that label. One session, for as long as the process lives. */
export function openToken(options: { module: string; label: string; pin: string }): Token {
  const call = load(options.module)
  const must = (what: string, code: number) => {
    if (code !== ok) throw failed(what, code)
  }
  const begun = call('initialize', null)
  if (begun !== alreadyInitialized) must('begin', begun)
  const count = Buffer.alloc(8)
  must('list its slots', call('getSlotList', 1, null, count))
  const slots = Buffer.alloc(8 * Number(count.readBigUInt64LE()))
  must('list its slots', call('getSlotList', 1, slots, count))
  const slot = Array.from({ length: slots.length / 8 }, (_, index) => slots.readBigUInt64LE(index * 8)).find((each) => {
    // CK_TOKEN_INFO begins with the label: 32 bytes, filled with blanks.
    const info = Buffer.alloc(256)
    return call('getTokenInfo', each, info) === ok && info.toString('utf8', 0, 32).trimEnd() === options.label
  })
  if (slot === undefined)
    throw new AppError('key_store.no_token', 500, 'There is no token with the label of VARTIO_PKCS11_TOKEN.')
  const sessionAt = Buffer.alloc(8)
  must('open a session', call('openSession', slot, openFlags, null, null, sessionAt))
  const session = sessionAt.readBigUInt64LE()
  const pin = Buffer.from(options.pin)
  const signedIn = call('login', session, userType, pin, pin.length)
  pin.fill(0)
  if (signedIn !== alreadyLoggedIn) must('let us in with this PIN', signedIn)

  /** CK_ATTRIBUTE: type, pointer, length. */
  const find = (wanted: readonly (readonly [number, Buffer])[]): bigint[] => {
    const query = template(wanted)
    must('be searched', call('findObjectsInit', session, query, wanted.length))
    const objects = Buffer.alloc(8 * most)
    const found = Buffer.alloc(8)
    const code = call('findObjects', session, objects, most, found)
    call('findObjectsFinal', session)
    must('be searched', code)
    return Array.from({ length: Number(found.readBigUInt64LE()) }, (_, index) => objects.readBigUInt64LE(index * 8))
  }
  const ours: (readonly [number, Buffer])[] = [
    [attributes.class, number(secretKeyClass)],
    [attributes.token, yes],
  ]
  const findKeys = (label: string) => find([...ours, [attributes.label, Buffer.from(label)]])

  const apply = (how: 'encrypt' | 'decrypt', key: bigint, nonce: Buffer, bound: Buffer, bytes: Uint8Array) => {
    // Never empty: a pointer to nothing is not a pointer.
    const { mechanism, kept } = gcm(nonce, bound)
    must('use a root', call(`${how}Init`, session, mechanism, key))
    const out = Buffer.alloc(bytes.length + tagBits / 8)
    const length = number(out.length)
    const code = call(how, session, Buffer.from(bytes), bytes.length, out, length)
    return { code, out: out.subarray(0, Number(length.readBigUInt64LE())), kept }
  }

  return {
    makeKey(label) {
      const wanted: (readonly [number, Buffer])[] = [
        ...ours,
        [attributes.keyType, number(aesKeyType)],
        [attributes.label, Buffer.from(label)],
        [attributes.private, yes],
        [attributes.sensitive, yes],
        [attributes.extractable, no],
        [attributes.encrypt, yes],
        [attributes.decrypt, yes],
        [attributes.valueLength, number(32)],
      ]
      const mechanism = Buffer.concat([number(mechanisms.keyGeneration), number(0), number(0)])
      must('make a root', call('generateKey', session, mechanism, template(wanted), wanted.length, Buffer.alloc(8)))
    },
    findKey: (label) => findKeys(label)[0],
    labels: () =>
      find(ours).map((object) => {
        const value = Buffer.alloc(256)
        const query = template([[attributes.label, value]])
        must('name its keys', call('getAttributeValue', session, object, query, 1))
        return value.toString('utf8', 0, Number(query.readBigUInt64LE(16)))
      }),
    destroyKey(label) {
      for (const object of findKeys(label)) must('destroy a root', call('destroyObject', session, object))
    },
    encrypt(key, nonce, bound, plain) {
      const { code, out } = apply('encrypt', key, nonce, bound, plain)
      must('seal', code)
      return out
    },
    decrypt(key, nonce, bound, sealed) {
      const { code, out } = apply('decrypt', key, nonce, bound, sealed)
      if (doesNotOpen.has(code)) return undefined
      must('open what it has sealed', code)
      return out
    },
  }
}
