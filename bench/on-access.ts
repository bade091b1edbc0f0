import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// What protection costs whoever works: everyday tasks with the guard off, on for the first time and again, in both profiles, and beside Debian's
// clamonacc. Everything happens on a file system of its own, in a mount namespace of its own: nothing of this machine is marked. What happens there is in
// on-access/inside.ts.

const tools = ['/usr/bin/unshare', '/usr/sbin/mkfs.ext4', '/usr/bin/mount', '/usr/sbin/clamd', '/usr/sbin/clamonacc']
const missing = tools.filter((path) => !existsSync(path))

if (process.getuid?.() !== 0 || missing.length > 0) {
  console.log(`skipped: on-access decides over opens, which needs root and ${tools.join(', ')}`)
  console.log(JSON.stringify({ skipped: 'on-access' }))
} else {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-bench-on-access-'))
  try {
    const inside = join(import.meta.dirname, 'on-access', 'inside.ts')
    const args = ['--mount', '--propagation', 'private', process.execPath, inside, folder, ...process.argv.slice(2)]
    const { status } = spawnSync('unshare', args, { stdio: 'inherit' })
    process.exitCode = status ?? 1
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}
