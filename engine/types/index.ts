import { detect } from './detect.ts'

/** A closed list. What none fits is `text` or `data`. */
export const fileTypes = [
  'empty', 'data', 'text', 'script', 'html', 'xml', 'mail', 'rtf', 'pdf', 'ole', 'ooxml', 'odf', 'jar', 'tnef',
  'elf', 'pe', 'mach-o', 'java-class', 'dex', 'wasm',
  'zip', '7z', 'rar', 'tar', 'cpio', 'ar', 'cab', 'iso', 'xar', 'lha', 'arj', 'ace', 'rpm', 'squashfs', 'warc',
  'gzip', 'bzip2', 'xz', 'lzma', 'zstd', 'lz4', 'lzip', 'compress',
  'image', 'audio', 'video', 'font',
] as const // biome-ignore format: a list reads better in lines than in a column

export type FileType = (typeof fileTypes)[number]

/** What runs. Nothing else of a person's device is shown to anybody: a document, a picture, a letter or an archive may be somebody's own. */
const programTypes: ReadonlySet<FileType> = new Set([
  'elf', 'pe', 'mach-o', 'script', 'java-class', 'jar', 'dex', 'wasm',
]) // biome-ignore format: a list reads better in lines than in a column
export const isProgram = (type: FileType): boolean => programTypes.has(type)

/** What bytes are, by what they hold; a name is never asked. */
export const typeOf = (bytes: Buffer): FileType => detect(bytes)
