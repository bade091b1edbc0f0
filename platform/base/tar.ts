// Headers of a tar archive (ustar, POSIX.1-1988), so that tools every machine has can open what we write. Without times and owners: the same files make
// the same archive.

export const tarBlock = 512

/** The header of one file. Its padded bytes come after it. */
export const tarHeader = (path: string, size: number, mode = 0o600): Buffer => header(path, { size, mode, type: '0' })

/** A folder comes before what lies in it; the slash at its end is what older tools know it by. */
export const tarFolder = (path: string): Buffer => header(`${path}/`, { size: 0, mode: 0o755, type: '5' })

export const tarLink = (path: string, to: string): Buffer => header(path, { size: 0, mode: 0o777, type: '2', to })

/** Numbers are octal text, as the format wants them. */
function header(
  path: string,
  { size, mode, type, to = '' }: { size: number; mode: number; type: '0' | '2' | '5'; to?: string },
): Buffer {
  const bytes = Buffer.alloc(tarBlock)
  const [prefix, name] = split(path)
  bytes.write(name, 0, 100, 'latin1')
  bytes.write(`${mode.toString(8).padStart(7, '0')}\0`, 100)
  bytes.write('0000000\0', 108)
  bytes.write('0000000\0', 116)
  bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  bytes.write('00000000000\0', 136)
  bytes.write('        ', 148)
  bytes.write(type, 156)
  bytes.write(to, 157, 100, 'latin1')
  bytes.write('ustar\x0000', 257, 'latin1')
  bytes.write(prefix, 345, 155, 'latin1')
  bytes.write(`${tarChecksum(bytes).toString(8).padStart(6, '0')}\0 `, 148)
  return bytes
}

/** The sum of all bytes, its own field counted as blanks. */
export function tarChecksum(bytes: Buffer): number {
  let sum = 0
  for (let index = 0; index < tarBlock; index++) sum += index >= 148 && index < 156 ? 32 : (bytes[index] ?? 0)
  return sum
}

/** What follows a file of that size up to the next block. */
export const tarPadding = (size: number): Buffer => Buffer.alloc((tarBlock - (size % tarBlock)) % tarBlock)

/** A long name goes into two fields, cut at a slash. */
function split(path: string): [prefix: string, name: string] {
  if (path.length <= 100) return ['', path]
  const cut = path.indexOf('/', path.length - 101)
  if (cut <= 0 || cut > 155) throw new Error(`${path} is too long for a tar archive`)
  return [path.slice(0, cut), path.slice(cut + 1)]
}
