import type { FileType } from './index.ts'
import { isMail, isText } from './text.ts'

// Magic numbers, with as much structure behind them as keeps chance away. Where two fit, what holds more comes first: missing a container
// is worse than opening one in vain.

type Test = (bytes: Buffer) => boolean

const at =
  (offset: number, ...magics: string[]): Test =>
  (bytes) =>
    magics.some((magic) => bytes.toString('latin1', offset, offset + magic.length) === magic)

const both =
  (...tests: Test[]): Test =>
  (bytes) =>
    tests.every((test) => test(bytes))

/** The checksum of a tar header: the sum of its bytes with its own field as spaces (POSIX ustar; old tars have no magic). */
const isTar: Test = (bytes) => {
  if (bytes.length < 512) return false
  const told = Number.parseInt(
    bytes
      .toString('latin1', 148, 156)
      .replace(/[\0 ]+$/, '')
      .trim(),
    8,
  )
  if (!(told > 0)) return false
  let sum = 8 * 32
  for (let index = 0; index < 512; index++) if (index < 148 || index >= 156) sum += bytes[index] ?? 0
  return sum === told
}

const isPe: Test = (bytes) => {
  if (bytes.length < 64 || bytes.readUInt16LE(0) !== 0x5a4d) return false
  const header = bytes.readUInt32LE(60)
  return header + 4 <= bytes.length && bytes.readUInt32LE(header) === 0x4550
}

/** Sector 16 on of a CD: volume descriptors. */
const isIso: Test = (bytes) => at(32_769, 'CD001')(bytes) || at(32_769, 'NSR0', 'BEA01')(bytes)

/** A zip that begins with the first file, an empty one, or the first part of a split one. */
const isZip = at(0, 'PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08', 'PK00PK')

/** Names in a zip are plain, whatever is packed; only the beginning and the list at the end are asked. */
const namesOf = (bytes: Buffer) =>
  bytes.toString('latin1', 0, 4096) + bytes.toString('latin1', Math.max(4096, bytes.length - 256 * 1024))

const zipKind = (bytes: Buffer): FileType => {
  const names = namesOf(bytes)
  if (names.includes('[Content_Types].xml')) return 'ooxml'
  if (names.includes('mimetypeapplication/vnd.oasis.opendocument')) return 'odf'
  return names.includes('META-INF/MANIFEST.MF') || names.includes('classes.dex') ? 'jar' : 'zip'
}

const isLzma: Test = (bytes) =>
  // Properties, then a dictionary size that lzma tools write, then a size that is unknown or under 256 GB.
  bytes.length > 13 &&
  bytes[0] === 0x5d &&
  [0, 0x80].includes(bytes[1] ?? 1) &&
  (bytes.readUInt32LE(1) & (bytes.readUInt32LE(1) - 1)) === 0 &&
  (bytes.readUInt32LE(9) === 0xffff_ffff || bytes.readUInt32LE(9) < 64)

/** After the two bytes: deflate, no reserved flags. */
const isGzip: Test = (bytes) => at(0, '\x1f\x8b\x08')(bytes) && ((bytes[3] ?? 0xff) & 0xe0) === 0

const isLha: Test = (bytes) => /^-l[hz][0-9sd]-$/.test(bytes.toString('latin1', 2, 7))

/** A fat Mach-O has as few parts as there are machines; a Java class has a version there. */
const isFat: Test = (bytes) => at(0, '\xca\xfe\xba\xbe')(bytes) && bytes.length > 8 && bytes.readUInt32BE(4) < 30

const table: readonly [FileType, Test][] = [
  ['iso', isIso],
  ['elf', at(0, '\x7fELF')],
  ['pe', isPe],
  ['7z', at(0, "7z\xbc\xaf'\x1c")],
  ['rar', at(0, 'Rar!\x1a\x07')],
  ['cab', both(at(0, 'MSCF'), at(4, '\0\0\0\0'))],
  ['gzip', isGzip],
  ['bzip2', both(at(0, 'BZh'), at(4, '1AY&SY', '\x17rE8P\x90'))],
  ['xz', at(0, '\xfd7zXZ\0')],
  ['zstd', (bytes) => at(1, '\xb5\x2f\xfd')(bytes) && bytes[0] === 0x28],
  ['lz4', at(0, '\x04"M\x18', '\x02!L\x18')],
  ['lzip', at(0, 'LZIP')],
  ['compress', at(0, '\x1f\x9d')],
  ['ole', at(0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')],
  ['tar', isTar],
  ['cpio', at(0, '070701', '070702', '070707', '\xc7\x71', '\x71\xc7')],
  ['ar', at(0, '!<arch>\n')],
  ['xar', at(0, 'xar!')],
  ['rpm', at(0, '\xed\xab\xee\xdb')],
  ['squashfs', at(0, 'hsqs', 'sqsh')],
  ['warc', at(0, 'WARC/')],
  ['ace', at(7, '**ACE**')],
  ['arj', both(at(0, '\x60\xea'), (bytes) => bytes.length > 40 && (bytes[6] ?? 0) < 20)],
  ['lha', isLha],
  ['lzma', isLzma],
  ['tnef', at(0, '\x78\x9f\x3e\x22')],
  ['pdf', (bytes) => bytes.toString('latin1', 0, 1024).includes('%PDF-')],
  ['rtf', at(0, '{\\rt')],
  ['mach-o', at(0, '\xfe\xed\xfa\xce', '\xfe\xed\xfa\xcf', '\xce\xfa\xed\xfe', '\xcf\xfa\xed\xfe')],
  ['mach-o', isFat],
  ['java-class', at(0, '\xca\xfe\xba\xbe')],
  ['dex', at(0, 'dex\n')],
  ['wasm', at(0, '\0asm')],
  ['image', at(0, '\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'GIF8', 'II*\0', 'MM\0*', '\0\0\x01\0', '8BPS', '\xff\x0a')],
  ['image', both(at(0, 'RIFF'), at(8, 'WEBP'))],
  ['audio', at(0, 'ID3', 'fLaC', 'OggS', '\xff\xfb', 'MThd')],
  ['audio', both(at(0, 'RIFF'), at(8, 'WAVE'))],
  ['image', at(4, 'ftypavif', 'ftypheic', 'ftypmif1')],
  ['video', at(4, 'ftyp')],
  ['video', at(0, '\x1a\x45\xdf\xa3')],
  ['video', both(at(0, 'RIFF'), at(8, 'AVI '))],
  ['font', at(0, '\0\x01\0\0\0', 'OTTO', 'wOFF', 'wOF2', 'ttcf')],
]

export function detect(bytes: Buffer): FileType {
  if (bytes.length === 0) return 'empty'
  if (isZip(bytes)) return zipKind(bytes)
  for (const [type, test] of table) if (test(bytes)) return type
  return textType(bytes)
}

function textType(bytes: Buffer): FileType {
  if (at(0, '#!')(bytes)) return 'script'
  if (!isText(bytes)) return 'data'
  const head = bytes
    .toString('latin1', 0, 1024)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
  if (/^<(?:!doctype html|html|head|body|script|iframe)\b/i.test(head)) return 'html'
  if (isMail(bytes)) return 'mail'
  return head.startsWith('<?xml') ? 'xml' : 'text'
}
