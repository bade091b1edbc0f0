import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Place } from '#agent/place'
import { writeWhole } from '#base/write-file'

const unit = 'vartio-agent.service'
const unitPath = `/etc/systemd/system/${unit}`
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }
const stopWithinMilliseconds = 15_000

const systemctl = (...words: string[]) => execFileSync('systemctl', words, { env: environment, stdio: 'pipe' })
const pidFile = (place: Place) => join(place.data, 'supervisor.pid')

/** Starts it, and again at each boot where systemd runs. */
export async function start(place: Place): Promise<void> {
  if (place.bySystemd) {
    copyFileSync(join(place.code, 'current/agent/install', unit), unitPath)
    systemctl('daemon-reload')
    systemctl('enable', unit)
    systemctl('restart', unit)
    return
  }
  await stop(place)
  const sh = join(place.code, 'current/agent/install/supervise.sh')
  // Its own session: it lives on when the terminal it was installed from is closed.
  const child = spawn('/bin/sh', [sh, join(place.code, 'vartio-agent'), 'run'], {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
    env: { ...environment, ...(place.asRoot ? {} : { HOME: process.env.HOME ?? '/' }) },
  })
  child.unref()
  const pid = child.pid ?? 0
  writeWhole(pidFile(place), `${pid} ${beganAt(pid) ?? ''}\n`)
}

export async function stop(place: Place): Promise<void> {
  if (place.bySystemd) {
    if (existsSync(unitPath)) systemctl('stop', unit)
    return
  }
  const path = pidFile(place)
  const [pid, began] = existsSync(path) ? readFileSync(path, 'utf8').trim().split(' ') : []
  const isOurs = () => pid !== undefined && began !== undefined && beganAt(Number(pid)) === began
  if (isOurs()) {
    process.kill(Number(pid), 'SIGTERM')
    const until = performance.now() + stopWithinMilliseconds
    while (isOurs()) {
      if (performance.now() > until) {
        // The whole session: what the supervisor has started as well.
        process.kill(-Number(pid), 'SIGKILL')
        break
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  rmSync(path, { force: true })
}

export function removeUnit(place: Place): void {
  if (!place.bySystemd || !existsSync(unitPath)) return
  systemctl('disable', unit)
  rmSync(unitPath, { force: true })
  systemctl('daemon-reload')
}

/** A process id alone may be given to another process later; together with the time it began (proc(5), field 22) it may not. */
function beganAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}
