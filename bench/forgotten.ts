import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Somebody is forgotten: is there a byte left that tells of them? A Vartio of its own lies on a file system of its own, with archives of both write-ahead
// logs, base backups of both servers, a backup of rows and one of keys, and the officers' keys. Every byte of the device is searched. What happens
// there is in forgotten/inside.ts, which runs in a mount namespace of its own: nothing is mounted on this machine.

const isSmall = process.argv.includes('--small')
const tools = ['/usr/bin/unshare', '/usr/sbin/mkfs.ext4', '/usr/bin/mount']
const missing = tools.filter((path) => !existsSync(path))

if (process.getuid?.() !== 0 || missing.length > 0) {
  console.log(`skipped: forgotten mounts a file system, which needs root and ${tools.join(', ')}`)
  console.log(JSON.stringify({ skipped: 'forgotten' }))
} else {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-bench-forgotten-'))
  try {
    const inside = join(import.meta.dirname, 'forgotten', 'inside.ts')
    const args = ['--mount', '--propagation', 'private', process.execPath, inside, folder, isSmall ? 'small' : 'full']
    const { status } = spawnSync('unshare', args, { stdio: 'inherit' })
    process.exitCode = status ?? 1
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}
