import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

// libarchive as WebAssembly, in instances of its own memory. What a hostile archive may do to libarchive it does inside one of them.

/** What is used of libarchive-wasm below its own wrapper, which throws warnings away and forgets how much was read before an error. */
export type Libarchive = {
  HEAPU8: Uint8Array
  _malloc(size: number): number
  _free(pointer: number): void
  _archive_read_new(): number
  _archive_read_support_filter_all(archive: number): number
  _archive_read_support_format_all(archive: number): number
  _archive_read_open_memory(archive: number, pointer: number, size: number): number
  _archive_read_next_entry(archive: number): number
  _archive_read_data(archive: number, pointer: number, size: number): number
  _archive_entry_pathname_utf8(entry: number): number
  _archive_entry_is_encrypted(entry: number): number
  _archive_read_has_encrypted_entries(archive: number): number
  _archive_error_string(archive: number): number
  _archive_read_free(archive: number): number
}

type Options = {
  instantiateWasm(imports: object, receive: (instance: WebAssembly.Instance) => void): object
  print(): void
  printErr(): void
  quit(): void
}

const require = createRequire(import.meta.url)

const pageBytes = 65_536
/** Of one instance: the archive itself and what its format needs to remember (a dictionary may ask for gigabytes). */
const mostPages = (512 * 1024 * 1024) / pageBytes
/** It begins with room for a small archive: V8 collects after each few megabytes that were asked for anew, which took as long as three archives. */
const firstPages = 32

let compiled: { create: (options: Options) => Promise<Libarchive>; module: WebAssembly.Module } | undefined

type Instance = {
  library: Libarchive
  /** Its memory as it was made, up to where there are only zeros. */
  begun: Uint8Array
}

/** One that is as new, until somebody needs the memory. */
let spare: WeakRef<Instance> | undefined

/** Read and compiled when the first archive is met. */
function load() {
  if (compiled === undefined) {
    const path = require.resolve('libarchive-wasm/dist/libarchive.js')
    const create = require('libarchive-wasm/dist/libarchive.js')
    const binary = readFileSync(join(dirname(path), 'libarchive.wasm'))
    const module = new WebAssembly.Module(limitMemory(binary, firstPages, mostPages))
    compiled = { create: create.default ?? create, module }
  }
  return compiled
}

async function createInstance(): Promise<Instance> {
  const { create, module } = load()
  const library = await create({
    instantiateWasm(imports, receive) {
      const instance = new WebAssembly.Instance(module, imports)
      receive(instance)
      return instance.exports
    },
    // It would write to our terminal, and set our exit code.
    print: () => undefined,
    printErr: () => undefined,
    quit: () => {
      throw new Error('libarchive gave up')
    },
  })
  const used = library.HEAPU8.findLastIndex((byte) => byte !== 0) + 1
  return { library, begun: library.HEAPU8.slice(0, used) }
}

/**
 * Every byte of its memory is put back: whatever a hostile archive has done there is undone, as if it were a new one, which takes ten times as long. Not where
 * it has grown, which would be more to put back than to make. Outside of its memory an instance keeps only where its stack stands, which is where it began
 * whenever a call has come back; one whose call has not is dropped.
 */
function putBack({ library, begun }: Instance): boolean {
  const memory = library.HEAPU8
  if (memory.length !== firstPages * pageBytes) return false
  memory.set(begun)
  memory.fill(0, begun.length)
  return true
}

/** One instance for each depth, so that a container that breaks its own leaves those around it whole. */
export class Instances {
  readonly #byDepth = new Map<number, Instance>()

  async at(depth: number): Promise<Libarchive> {
    const known = this.#byDepth.get(depth)
    if (known) return known.library
    const taken = spare?.deref()
    spare = undefined
    const made = taken ?? (await createInstance())
    this.#byDepth.set(depth, made)
    return made.library
  }

  /** Nothing that was in it is used again. */
  drop(depth: number): void {
    this.#byDepth.delete(depth)
  }

  /** The file has been looked into: one goes on to the next. */
  close(): void {
    for (const instance of this.#byDepth.values()) if (putBack(instance)) spare = new WeakRef(instance)
    this.#byDepth.clear()
  }
}

/**
 * The module begins with 16 MiB, of which its own data are 300 KiB, and may grow to 2 GiB. Both are numbers in its memory section (WebAssembly core specification
 * §5.5.8): with a lower limit there, a larger demand is refused inside, and libarchive answers that it has no memory.
 */
export function limitMemory(binary: Buffer, first: number, most: number): Buffer {
  const patched = Buffer.from(binary)
  let at = 8
  const number = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = patched[at++] ?? 0
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  while (at < patched.length) {
    const section = patched[at++]
    const size = number()
    if (section !== 5) {
      at += size
      continue
    }
    number()
    if ((patched[at++] ?? 0) !== 1) break
    for (const pages of [first, most]) {
      const start = at
      if (number() <= pages) continue
      // As many bytes as there were, so that nothing behind moves.
      for (let rest = pages, index = start; index < at; index++, rest >>>= 7)
        patched[index] = (rest & 0x7f) | (index === at - 1 ? 0 : 0x80)
    }
    return patched
  }
  throw new Error('libarchive has no memory with a limit')
}
