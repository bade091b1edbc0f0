import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// How many files are lost before an encryptor is stopped, and whether those who write a lot are let be. The encryptors encrypt files that this bench has made,
// on a file system of its own in a mount namespace of its own; what happens there is in encryptors/inside.ts.

if (process.getuid?.() !== 0) {
  console.log('skipped: encryptors stops processes of others, which needs root')
  console.log(JSON.stringify({ skipped: 'encryptors' }))
} else {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-bench-encryptors-'))
  try {
    const inside = join(import.meta.dirname, 'encryptors', 'inside.ts')
    const args = ['--mount', '--propagation', 'private', process.execPath, inside, folder, ...process.argv.slice(2)]
    const { status } = spawnSync('unshare', args, { stdio: 'inherit' })
    process.exitCode = status ?? 1
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}
