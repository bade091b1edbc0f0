import koffi from 'koffi'
import { AppError } from '#base/errors'

// The C library, called without C code of ours. Buffers that a call fills are allocated by the caller once, so that a hot loop allocates nothing.

type Call = (...args: unknown[]) => number

let library: ReturnType<typeof koffi.load> | undefined
const calls = new Map<string, Call>()

/** A function of the C library by its declaration; each is looked up once, when it is first needed. */
export function libc(declaration: string): Call {
  let call = calls.get(declaration)
  if (call === undefined) {
    library ??= koffi.load('libc.so.6')
    call = library.func(declaration) as unknown as Call
    calls.set(declaration, call)
  }
  return call
}

/** The same, looked up at the first call: modules may name what they need without loading anything. */
export function lazy(declaration: string): Call {
  let call: Call | undefined
  return (...args) => {
    call ??= libc(declaration)
    return call(...args)
  }
}

/** For kernel calls newer than the C library. Their numbers are the same on x86-64 and ARM64. */
export function syscall(name: string, parameters: string): Call {
  const declaration = `long syscall(long number, ${parameters})`
  let call = calls.get(`${name} ${declaration}`)
  if (call === undefined) {
    library ??= koffi.load('libc.so.6')
    // koffi knows a name once; a declaration of its own for each use is anonymous.
    const types = parameters.split(',').map((part) => part.trim().replace(/\s*\w+$/, ''))
    call = library.func('syscall', 'long', ['long', ...types]) as unknown as Call
    calls.set(`${name} ${declaration}`, call)
  }
  return call
}

/** Where a buffer lies, for a structure that points at it; the buffer has to live as long as the call. */
export const addressOf = (buffer: Buffer): bigint => koffi.address(buffer)

export const errno = (): number => koffi.errno()

const names: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(koffi.os.errno).map(([name, code]) => [code, name]),
)

export const errnoName = (code = errno()): string => names[code] ?? `errno ${code}`

/** `what` is a constant sentence; the kernel's word for it is the cause. */
export function kernelError(what: string, code = errno()): AppError {
  return new AppError('kernel.refused', 500, `The kernel refuses to ${what} (${errnoName(code)}).`)
}

export function must(what: string, result: number): number {
  if (result < 0) throw kernelError(what)
  return result
}
