import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip, gzipSync } from 'node:zlib'
import { readPortalUrl } from '#agent/connection'
import { packagedIn } from '#agent/place'
import { tarBlock, tarFolder, tarHeader, tarLink, tarPadding } from '#base/tar'
import { codeFolder, collectPieces, contentOf, type Piece } from './pieces.ts'

// deb(5): an ar archive of a version, what dpkg is to know, and the files.

const code = '/opt/vartio-agent'
const folder = packagedIn({ code })
/** What an administrator says before or after the package is installed: which portal, and the code to enrol with, which nobody else may read. */
const settings = '/etc/vartio-agent'
export const enrolFile = `${settings}/enrol`
const portalFile = `${settings}/portal`

/** Which portal the package was made for, or whatever the administrator of the device has written there instead. */
export const packagedPortal = (): string | undefined =>
  existsSync(portalFile) ? readFileSync(portalFile, 'utf8').split('\n')[0]?.trim() || undefined : undefined

/** What runs now is a package's, and not one of the versions made from it. */
export const isPackage = (version: string): boolean => version === folder

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/**
 * The same files as in the archive, for dpkg. The same code and portal make the same bytes. No code is in it: it would be in every repository that offers
 * the package, for everybody.
 */
export async function buildPackage(
  file: string,
  { portal, root = codeFolder }: { portal?: string; root?: string } = {},
): Promise<{ name: string; bytes: number; sha256: string }> {
  const pieces = collectPieces(root)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const architecture = architectures[process.arch] ?? process.arch
  const files: Piece[] = pieces.map((piece) => ({ ...piece, path: `${folder}/${piece.path}` }))
  if (portal !== undefined)
    files.push({ path: portalFile, mode: 0o644, content: Buffer.from(`${readPortalUrl(portal).origin}\n`) })
  const half = `${file}.half-${process.pid}`
  const output = createWriteStream(half, { mode: 0o644, flush: true })
  const before = [
    Buffer.from('!<arch>\n'),
    ...member('debian-binary', Buffer.from('2.0\n')),
    ...member('control.tar.gz', gzipSync(control(root, files, { version, architecture, portal }))),
  ]
  for (const bytes of before) output.write(bytes)
  const at = before.reduce((sum, { length }) => sum + length, 0)
  // How long it is stands before it, and is known after it.
  output.write(memberHeader('data.tar.gz', 0))
  await pipeline(Readable.from(data(files), { objectMode: false }), createGzip({ level: 6 }), output)
  const handle = await open(half, 'r+')
  const length = (await handle.stat()).size - at - headerBytes
  await handle.write(memberHeader('data.tar.gz', length), 0, headerBytes, at)
  if (length % 2 === 1) await handle.write(Buffer.from('\n'), 0, 1, at + headerBytes + length)
  const bytes = (await handle.stat()).size
  await handle.sync()
  await handle.close()
  const hash = createHash('sha256')
  await pipeline(createReadStream(half), hash)
  await rename(half, file)
  return { name: `vartio-agent_${version}_${architecture}.deb`, bytes, sha256: hash.digest('hex') }
}

const headerBytes = 60

/** Without time and owner: the same content makes the same bytes. */
const memberHeader = (name: string, length: number) =>
  Buffer.from(
    `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(length).padEnd(10)}\`\n`,
  )

const member = (name: string, content: Buffer) => [
  memberHeader(name, content.length),
  content,
  Buffer.alloc(content.length % 2, '\n'),
]

function control(
  root: string,
  files: readonly Piece[],
  about: { version: string; architecture: string; portal: string | undefined },
): Buffer {
  const sums: string[] = []
  let bytes = 0
  for (const piece of files) {
    const content = contentOf(piece)
    bytes += content.length
    // The only sum that dpkg --verify knows. What the package is as a whole is told by its SHA-256 and signature.
    if (piece.path !== portalFile)
      sums.push(`${createHash('md5').update(content).digest('hex')}  ${piece.path.slice(1)}\n`)
  }
  const script = (name: string) => readFileSync(join(root, 'agent/install/debian', `${name}.sh`), 'utf8')
  const parts: [name: string, text: string, mode?: number][] = [
    ['control', fields({ ...about, kibibytes: Math.ceil(bytes / 1_024) })],
    ['md5sums', sums.join('')],
    ...(about.portal === undefined ? [] : [['conffiles', `${portalFile}\n`] as [string, string]]),
    ...['postinst', 'prerm', 'postrm'].map((name): [string, string, number] => [name, script(name), 0o755]),
  ]
  return Buffer.concat([
    tarFolder('.'),
    ...parts.flatMap(([name, text, mode = 0o644]) => {
      const content = Buffer.from(text)
      return [tarHeader(`./${name}`, content.length, mode), content, tarPadding(content.length)]
    }),
    Buffer.alloc(tarBlock * 2),
  ])
}

/** deb-control(5). What Node and the native parts are linked with; the users that it runs as are made with useradd. */
const fields = ({
  version,
  architecture,
  portal,
  kibibytes,
}: {
  version: string
  architecture: string
  portal: string | undefined
  kibibytes: number
}) => `Package: vartio-agent
Version: ${version}
Architecture: ${architecture}
Maintainer: Vartio <vartio@vartio.invalid>
Installed-Size: ${kibibytes}
Depends: libc6 (>= 2.28), libgcc-s1, libstdc++6, passwd
Section: admin
Priority: optional
${portal === undefined ? '' : `Homepage: ${portal}\n`}Description: protects this computer as a part of a Vartio
 Stops dangerous files before they run, and tells the organisation that the
 computer belongs to.
 .
 The computer joins its organisation with a code from the portal: sudo
 vartio-agent enrol asks for it, or it lies in /etc/vartio-agent/enrol, which
 nobody but root may read, when the package is installed.
`

function* data(files: readonly Piece[]): Generator<Buffer> {
  const command = '/usr/bin/vartio-agent'
  const known = new Set(['/'])
  function* folders(path: string): Generator<Buffer> {
    const above = dirname(path)
    if (known.has(above)) return
    yield* folders(above)
    known.add(above)
    yield tarFolder(`.${above}`)
  }
  yield tarFolder('.')
  for (const piece of files) {
    const content = contentOf(piece)
    yield* folders(piece.path)
    yield tarHeader(`.${piece.path}`, content.length, piece.mode)
    yield content
    yield tarPadding(content.length)
  }
  yield* folders(command)
  yield tarLink(`.${command}`, `${folder}/vartio-agent`)
  yield Buffer.alloc(tarBlock * 2)
}
