import koffi from 'koffi'
import { collect } from '#base/memory'
import { libc } from './libc.ts'

const segment = koffi.struct({
  type: 'uint32_t', flags: 'uint32_t', offset: 'uint64_t', address: 'uint64_t', physical: 'uint64_t',
  fileBytes: 'uint64_t', bytes: 'uint64_t', align: 'uint64_t',
}) // biome-ignore format: as elf(5) lists them
const object = koffi.struct('vartio_object', { base: 'uint64_t', name: 'str', segments: 'void *', count: 'uint16_t' })
const visit = koffi.proto('int vartio_visit(vartio_object *object, size_t size, void *data)')
const [load, writable] = [1, 2]
const pageBytes = 4_096n
const notNeeded = 4

type Object = { base: number; name: string; segments: unknown; count: number }
type Segment = { type: number; flags: number; address: number; bytes: number }

/**
 * Once everything has started: lets go of the code and constants of all that is loaded, most of which are not needed again. What is comes back from the kernel's memory of
 * the file, or from the file, at the first touch. Only segments that nobody may write to (dl_iterate_phdr(3), madvise(2)): in those there is nothing that is not in the
 * file.
 */
export function letCodeGo(): void {
  const ranges: [bigint, bigint][] = []
  const callback = koffi.register((given: unknown) => {
    const { base, name, segments, count } = koffi.decode(given, object) as Object
    if (name.startsWith('linux-vdso')) return 0
    for (const { type, flags, address, bytes } of koffi.decode(segments, segment, count) as Segment[]) {
      const from = BigInt(base) + BigInt(address)
      if (type === load && (flags & writable) === 0) ranges.push([from - (from % pageBytes), from + BigInt(bytes)])
    }
    return 0
  }, koffi.pointer(visit))
  try {
    libc('int dl_iterate_phdr(vartio_visit *visit, void *data)')(callback, null)
  } finally {
    koffi.unregister(callback)
  }
  const advise = libc('int madvise(uint64_t address, size_t length, int advice)')
  for (const [from, to] of ranges) advise(from, to - from, notNeeded)
}

/** Before a time without work: what work has left behind in JavaScript, and what the C library keeps of it. */
export function giveMemoryBack(): void {
  collect()
  libc('int malloc_trim(size_t padding)')(0)
}
