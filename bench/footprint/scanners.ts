import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closeFd, makePair, openChannel } from '#agent/kernel'
import type { Place } from '#agent/place'
import { ensureAccount } from '#base/users'
import { type RuleFile, readRuleFiles } from '#engine/rules'
import { makeRuleBundle } from '#tests/rule-bundle'
import { until } from '#tests/until'
import { writeRules } from '../scan/generate.ts'

/** Rules of a folder, or as many as the goal names, made here. */
export function bundleOf(folder: string | undefined): Buffer {
  const files: RuleFile[] = folder === undefined ? writeRules(1_204) : readRuleFiles(folder)
  return makeRuleBundle(files, { set: 'bench', licence: folder === undefined ? 'EUPL-1.2' : 'MIT' })
}

export type LoneScanner = { pid: number; end(): void }

/** A scanner as the guard of this device starts one, with that bundle: the installed Node, code and limits. */
export async function startInstalledScanner(
  place: Place,
  bundle: Buffer,
  size: 'real-time' | 'whole',
): Promise<LoneScanner> {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-bundle-'))
  const path = join(folder, 'bundle')
  writeFileSync(path, bundle)
  const fd = openSync(path, 'r')
  const [ours, theirs] = makePair()
  const code = join(place.code, 'current')
  const settings = { bundles: 1, size, lists: { folder, keys: [] } }
  const account = place.asRoot ? ensureAccount('vartio-scanner', 'vartio-scanner') : null
  const child: ChildProcess = spawn(
    join(code, 'bin', 'node'),
    [join(code, 'agent', 'scanner', 'launch.js'), JSON.stringify(settings), JSON.stringify(account)],
    { cwd: '/', env: { PATH: '/nonexistent' }, stdio: ['ignore', 'ignore', 'inherit', theirs, fd] },
  )
  closeFd(theirs)
  closeSync(fd)
  const channel = openChannel(ours, { waits: false })
  await until(() => {
    const got = channel.receive()
    if (got === 'closed') throw new Error('the scanner ended before it was ready')
    return got !== undefined
  }, 60_000)
  return {
    pid: child.pid as number,
    end() {
      closeFd(ours)
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
