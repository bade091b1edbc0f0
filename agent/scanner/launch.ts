import { dirname, join } from 'node:path'
import { confine, keepOpen } from '#agent/kernel'
import { firstBundle, type ScannerSettings, socket } from './settings.ts'

// Started by the guard, as root where the guard is root. Gives up what a scanner must not have, then becomes the scanner: threads that Node
// had started before would have kept the network and the files.

const [, , settingsText = '', accountText = ''] = process.argv
const settings = JSON.parse(settingsText) as ScannerSettings
const account = JSON.parse(accountText) as { uid: number; gid: number } | null
const code = join(import.meta.dirname, '..', '..')
const mebibyte = 1024 * 1024

const walls = confine({
  ...(account ? { account } : {}),
  limits: {
    // Address space is no measure of a Node process: WebAssembly alone reserves gigabytes that it never touches. Data is what it can really write to.
    addressBytes: 64 * 1024 * mebibyte,
    dataBytes: 2 * 1024 * mebibyte,
    cpuSeconds: 3_600,
    fileBytes: 0,
    coreBytes: 0,
    openFiles: 64,
  },
  readable: [
    code,
    dirname(process.execPath),
    '/lib',
    '/lib64',
    '/usr/lib',
    '/usr/lib64',
    '/etc/ld.so.cache',
    '/etc/ssl/openssl.cnf',
    '/usr/share/zoneinfo',
    settings.lists.folder,
  ],
})
const bundles = Array.from({ length: settings.bundles }, (_, index) => firstBundle + index)
for (const fd of [0, 1, 2, socket, ...bundles]) keepOpen(fd)
process.execve?.(
  process.execPath,
  [
    process.execPath,
    '--max-old-space-size=512',
    '--max-semi-space-size=1',
    '--expose-gc',
    join(import.meta.dirname, 'main.ts'),
    settingsText,
    walls.join(','),
  ],
  // One place that memory is had from: each thread would keep one of its own, 10 MB in all.
  { PATH: '/nonexistent', NODE_NO_WARNINGS: '1', MALLOC_ARENA_MAX: '1' },
)
