import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { writeZip } from '#base/zip'
import { writeAr, writeLha, writeOle, writeRar4, writeRar5 } from './container-formats.ts'

// Containers around a file, made by the programs of Debian where there is one, so that nothing is read by what wrote it.

export type Packer = {
  kind: string
  /** The Debian package of the program that packs. */
  needs?: { program: string; package: string }
  pack(content: Buffer, name: string): Buffer
  /** Containers inside each other, where it is more than one. */
  layers?: 2
}

/** Runs in a folder of its own, in which the file lies; answers what the command wrote to `out`. */
function byProgram(command: (file: string) => string): Packer['pack'] {
  return (content, name) => {
    const folder = mkdtempSync(join(tmpdir(), 'vartio-pack-'))
    try {
      writeFileSync(join(folder, name), content)
      execFileSync('sh', ['-c', command(`'${name}'`)], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
      return readFileSync(join(folder, 'out'))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
}

const sevenZip = { program: '7z', package: 'p7zip-full' }
const by7z = (type: string, more = '') =>
  byProgram((file) => `7z a -bd -t${type} ${more} packed ${file} && mv packed* out`)

const boundary = 'between-parts'
const letter = (encoding: string, body: string, name: string) =>
  Buffer.from(
    [
      'From: a@example.org',
      'To: b@example.org',
      'Subject: a letter',
      'MIME-Version: 1.0',
      `Content-Type: multipart/mixed; boundary="${boundary}"`,
      '',
      `--${boundary}`,
      'Content-Type: text/plain',
      '',
      'See the file.',
      `--${boundary}`,
      `Content-Type: application/octet-stream; name="${name}"`,
      `Content-Transfer-Encoding: ${encoding}`,
      `Content-Disposition: attachment; filename="${name}"`,
      '',
      body,
      `--${boundary}--`,
      '',
    ].join('\r\n'),
    'latin1',
  )

const base64 = (content: Buffer) => content.toString('base64').replace(/.{76}/g, '$&\r\n')
const quoted = (content: Buffer) =>
  [...content]
    .map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('')
    .replace(/.{72}/g, '$&=\r\n')

function uuencode(content: Buffer, name: string): string {
  const character = (value: number) => (value === 0 ? '`' : String.fromCharCode(32 + value))
  const lines: string[] = []
  for (let at = 0; at < content.length; at += 45) {
    const part = content.subarray(at, at + 45)
    let line = character(part.length)
    for (let index = 0; index < part.length; index += 3) {
      const three = ((part[index] ?? 0) << 16) | ((part[index + 1] ?? 0) << 8) | (part[index + 2] ?? 0)
      for (const shift of [18, 12, 6, 0]) line += character((three >> shift) & 63)
    }
    lines.push(line)
  }
  return [`begin 644 ${name}`, ...lines, '`', 'end', ''].join('\n')
}

export const packers: readonly Packer[] = [
  { kind: 'zip', needs: { program: 'zip', package: 'zip' }, pack: byProgram((file) => `zip -q packed.zip ${file} && mv packed.zip out`) },
  { kind: 'zip stored', needs: { program: 'zip', package: 'zip' }, pack: byProgram((file) => `zip -q -0 packed.zip ${file} && mv packed.zip out`) },
  { kind: 'zip bzip2', needs: sevenZip, pack: by7z('zip', '-mm=BZip2') },
  { kind: 'zip lzma', needs: sevenZip, pack: by7z('zip', '-mm=LZMA') },
  { kind: 'zip behind a program', pack: (content, name) => Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(500), writeZip([{ name, content }], new Date())]) },
  { kind: 'ooxml', pack: (content, name) => writeZip([{ name: '[Content_Types].xml', content: Buffer.from('<Types/>') }, { name: `word/media/${name}`, content }], new Date()) },
  { kind: '7z', needs: sevenZip, pack: by7z('7z') },
  { kind: '7z lzma', needs: sevenZip, pack: by7z('7z', '-m0=LZMA') },
  { kind: '7z bzip2', needs: sevenZip, pack: by7z('7z', '-m0=BZip2') },
  { kind: '7z ppmd', needs: sevenZip, pack: by7z('7z', '-m0=PPMd') },
  { kind: 'rar 4', pack: writeRar4 },
  { kind: 'rar 5', pack: writeRar5 },
  { kind: 'tar', pack: byProgram((file) => `tar -cf out ${file}`) },
  { kind: 'tar pax', pack: byProgram((file) => `tar --format=pax -cf out ${file}`) },
  { kind: 'tar.gz', layers: 2, pack: byProgram((file) => `tar -czf out ${file}`) },
  { kind: 'tar.xz', layers: 2, needs: { program: 'xz', package: 'xz-utils' }, pack: byProgram((file) => `tar -cJf out ${file}`) },
  { kind: 'tar.bz2', layers: 2, needs: { program: 'bzip2', package: 'bzip2' }, pack: byProgram((file) => `tar -cjf out ${file}`) },
  { kind: 'gzip', pack: (content) => gzipSync(content) },
  { kind: 'gzip in two', pack: (content) => Buffer.concat([gzipSync(content.subarray(0, 5)), gzipSync(content.subarray(5))]) },
  { kind: 'zstd', pack: (content) => zstdCompressSync(content) },
  { kind: 'xz', needs: { program: 'xz', package: 'xz-utils' }, pack: byProgram((file) => `xz -c ${file} > out`) },
  { kind: 'xz in two', needs: { program: 'xz', package: 'xz-utils' }, pack: byProgram((file) => `(head -c 5 ${file} | xz -c; tail -c +6 ${file} | xz -c) > out`) },
  { kind: 'bzip2', needs: { program: 'bzip2', package: 'bzip2' }, pack: byProgram((file) => `bzip2 -c ${file} > out`) },
  { kind: 'cab', needs: { program: 'gcab', package: 'gcab' }, pack: byProgram((file) => `gcab -c out ${file}`) },
  { kind: 'cab zip', needs: { program: 'gcab', package: 'gcab' }, pack: byProgram((file) => `gcab -c -z out ${file}`) },
  { kind: 'iso', needs: { program: 'genisoimage', package: 'genisoimage' }, pack: byProgram((file) => `mkdir disc && mv ${file} disc && genisoimage -quiet -J -R -o out disc`) },
  { kind: 'cpio', needs: { program: 'cpio', package: 'cpio' }, pack: byProgram((file) => `echo ${file} | cpio --quiet -o -H newc > out`) },
  { kind: 'cpio odc', needs: { program: 'cpio', package: 'cpio' }, pack: byProgram((file) => `echo ${file} | cpio --quiet -o -H odc > out`) },
  { kind: 'ar', pack: writeAr },
  { kind: 'lha', pack: writeLha },
  { kind: 'ole', pack: writeOle },
  { kind: 'mail', pack: (content, name) => letter('base64', base64(content), name) },
  { kind: 'mail quoted', pack: (content, name) => letter('quoted-printable', quoted(content), name) },
  { kind: 'mail uuencoded', pack: (content, name) => letter('7bit', uuencode(content, name), name) },
  { kind: 'mbox', pack: (content, name) => Buffer.concat([Buffer.from('From a@example.org Sat Jan  3 01:05:34 1996\n'), letter('base64', base64(content), name), Buffer.from('\nFrom b@example.org Sat Jan  3 01:05:34 1996\n'), letter('base64', base64(Buffer.from('x')), 'x')]) },
] // biome-ignore format: a list reads better in lines than in a column

const isThere = ({ needs }: Packer) =>
  needs === undefined || (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, needs.program)))

/** In CI all of them, so that what is missing fails; elsewhere those whose program is there, and the names of the others. */
export function usablePackers(): { packers: readonly Packer[]; missing: readonly string[] } {
  if (process.env.CI === 'true') return { packers, missing: [] }
  const missing = packers.filter((packer) => !isThere(packer))
  return {
    packers: packers.filter((packer) => !missing.includes(packer)),
    missing: missing.map(({ kind, needs }) => `${kind} (needs the Debian package ${needs?.package})`),
  }
}
