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

/** Of one instance: the archive itself and what its format needs to remember (a dictionary may ask for gigabytes). */
const mostPages = (512 * 1024 * 1024) / 65_536

let compiled: { create: (options: Options) => Promise<Libarchive>; module: WebAssembly.Module } | undefined

/** Read and compiled when the first archive is met. */
function load() {
  if (compiled === undefined) {
    const path = require.resolve('libarchive-wasm/dist/libarchive.js')
    const create = require('libarchive-wasm/dist/libarchive.js')
    const module = new WebAssembly.Module(limitMemory(readFileSync(join(dirname(path), 'libarchive.wasm')), mostPages))
    compiled = { create: create.default ?? create, module }
  }
  return compiled
}

async function createInstance(): Promise<Libarchive> {
  const { create, module } = load()
  return create({
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
}

/** One instance for each depth, so that a container that breaks its own leaves those around it whole. */
export class Instances {
  readonly #byDepth = new Map<number, Libarchive>()

  async at(depth: number): Promise<Libarchive> {
    const known = this.#byDepth.get(depth)
    if (known) return known
    const made = await createInstance()
    this.#byDepth.set(depth, made)
    return made
  }

  /** Nothing that was in it is used again. */
  drop(depth: number): void {
    this.#byDepth.delete(depth)
  }
}

/**
 * The module may grow to 2 GiB. Its own limit is one number in its memory section (WebAssembly core specification §5.5.8): lowered there,
 * a larger demand is refused inside, and libarchive answers that it has no memory.
 */
export function limitMemory(binary: Buffer, pages: number): Buffer {
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
    number()
    const start = at
    const most = number()
    if (most <= pages) return patched
    for (let rest = pages, index = start; index < at; index++, rest >>>= 7)
      patched[index] = (rest & 0x7f) | (index === at - 1 ? 0 : 0x80)
    return patched
  }
  throw new Error('libarchive has no memory with a limit')
}
