import { dirname, join } from 'node:path'
import { confine, keepOpen } from '#engine/confined'

// Started by the Cloud, without Node's permission model, which native code needs. Gives up network, files and new rights, then becomes the process that looks into
// samples: nothing of the sample reaches it before.

const code = join(import.meta.dirname, '..', '..')
const mebibyte = 1024 * 1024

const walls = confine({
  limits: {
    addressBytes: 64 * 1024 * mebibyte,
    dataBytes: 2 * 1024 * mebibyte,
    cpuSeconds: 3_600,
    fileBytes: 0,
    coreBytes: 0,
    openFiles: 64,
  },
  readable: [
    ...['package.json', 'engine', 'platform/base', 'node_modules', 'cloud/samples'].map((name) => join(code, name)),
    dirname(process.execPath),
    '/lib',
    '/lib64',
    '/usr/lib',
    '/usr/lib64',
    '/etc/ld.so.cache',
    '/etc/ssl/openssl.cnf',
    '/usr/share/zoneinfo',
  ],
})
for (const fd of [0, 1, 2]) keepOpen(fd)
process.execve?.(
  process.execPath,
  [process.execPath, '--max-old-space-size=512', join(import.meta.dirname, 'look.ts'), walls.join(',')],
  { PATH: '/nonexistent', NODE_NO_WARNINGS: '1' },
)
