import { execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from '#tests/until'

const run = promisify(execFile)

/**
 * As a container's manager would do it (systemd.io/CONTAINER_INTERFACE): /sys and /proc/sys cannot be written, so that systemd touches neither the devices
 * nor the settings of the machine beneath; what is written lies in a layer over its files, which stays from one boot to the next.
 */
const boot = `
set -eu
echo $$ > "$CGROUP/cgroup.procs"
# Whoever started it may be killed: then it ends too.
exec setpriv --pdeathsig KILL unshare --pid --fork --kill-child --mount --uts --ipc --cgroup sh -euc '
  mount --make-rprivate /
  mount -t overlay overlay -o "lowerdir=/,upperdir=$FOLDER/changes,workdir=$FOLDER/work" "$FOLDER/root"
  cd "$FOLDER/root"
  # Nothing that this machine starts at its boot: only what is put there later.
  [ -e "$FOLDER/begun" ] || { rm -rf etc/systemd/system/*.wants; touch "$FOLDER/begun"; }
  # It would go through all temporary files of this machine and hide them one by one.
  ln -sf /dev/null etc/systemd/system/systemd-tmpfiles-setup.service
  mount -t tmpfs tmpfs tmp
  mount -t proc proc proc
  mount --bind proc/sys proc/sys
  mount -o remount,bind,ro proc/sys
  mount -t sysfs -o ro sysfs sys
  if [ -e /sys/fs/cgroup/cgroup.procs ]; then mount --bind /sys/fs/cgroup sys/fs/cgroup; else
    mount -t tmpfs tmpfs sys/fs/cgroup
    for group in /sys/fs/cgroup/*/; do mountpoint -q "$group" || continue; mkdir "$PWD$group"; mount --bind "$group" "$PWD$group"; done
  fi
  mount -t tmpfs -o mode=755 tmpfs dev
  mkdir dev/pts dev/shm
  mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
  ln -s pts/ptmx dev/ptmx
  mknod -m 666 dev/null c 1 3; mknod -m 666 dev/zero c 1 5; mknod -m 666 dev/full c 1 7; mknod -m 666 dev/random c 1 8
  mknod -m 666 dev/urandom c 1 9; mknod -m 666 dev/tty c 5 0
  mount -t tmpfs -o mode=755 tmpfs run
  mkdir run/lock
  mkdir -p guarded
  mount -t tmpfs tmpfs guarded
  mkdir -p beneath
  pivot_root . beneath
  umount -l /beneath
  # As systemd does it on a machine: what is mounted later is seen by services too.
  mount --make-rshared /
  exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --unit=multi-user.target --show-status=false
'
`

/**
 * A machine that systemd starts, with the files of this one beneath a layer of its own, the same network, and an empty file system at /guarded.
 * Every file system that an agent would guard there is the machine's own: nothing of it is seen outside. Needs root.
 */
export async function makeSystemdMachine() {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-machine-'))
  for (const name of ['changes', 'work', 'root']) mkdirSync(join(folder, name), { mode: 0o755 })
  let outer: ReturnType<typeof spawn> | undefined
  let first = 0
  const cgroups = hierarchy()

  const enter = (...words: string[]) =>
    run(
      'nsenter',
      ['--target', String(first), '--mount', '--uts', '--ipc', '--pid', '--cgroup', '--root', '--wdns=/', ...words],
      {
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'en_GB.UTF-8', NODE_NO_WARNINGS: '1' },
        maxBuffer: 16 * 1024 * 1024,
      },
    )
  const stop = async () => {
    if (outer === undefined) return
    const over = new Promise((resolve) => outer?.once('close', resolve))
    // The first process of a pid namespace takes every other with it.
    process.kill(first, 'SIGKILL')
    await over
    outer = undefined
    await until(() => removeBelow(cgroups))
  }
  return {
    /** Starts it, or starts it again, and waits until it is up. */
    async start() {
      await stop()
      mkdirSync(cgroups, { recursive: true })
      outer = spawn('sh', ['-c', boot], {
        env: { PATH: process.env.PATH, FOLDER: folder, CGROUP: cgroups },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let said = ''
      outer.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8')
      })
      const { pid } = outer
      first = await until(() => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()) || undefined)
      await until(async () => {
        const state = await enter('systemctl', 'is-system-running').catch((error) => error as { stdout?: string })
        return /running|degraded/.test(String(state.stdout))
      }, 60_000).catch((error: Error) => {
        throw new Error(`${error.message}: the machine is not up. ${said}`)
      })
      // An agent that guards everything in there must not hold up anything out here.
      const outside = fileSystems(readFileSync('/proc/self/mountinfo', 'utf8'))
      const shared = [...fileSystems((await enter('cat', '/proc/self/mountinfo')).stdout)].filter((one) =>
        outside.has(one),
      )
      if (shared.length > 0) throw new Error(`the machine shares file systems with this one: ${shared.join(' ')}`)
    },
    /** Runs a command in it and gives what it says. */
    run: async (...words: string[]) => (await enter(...words)).stdout,
    async remove() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** By number of device, without those that hold no files of anybody's. */
const fileSystems = (mounts: string) =>
  new Set(
    mounts
      .split('\n')
      .filter(
        (line) =>
          line !== '' &&
          !/ - (proc|sysfs|devpts|cgroup2?|mqueue|hugetlbfs|debugfs|tracefs|configfs|fusectl) /.test(line),
      )
      .map((line) => line.split(' ')[2] ?? ''),
  )

/** A group of our own, of which systemd in there sees nothing above. */
function hierarchy(): string {
  const mine = readFileSync('/proc/self/cgroup', 'utf8')
  const named = /^\d+:name=systemd:(.*)$/m.exec(mine)?.[1]
  const root =
    named === undefined ? `/sys/fs/cgroup${/^0::(.*)$/m.exec(mine)?.[1] ?? ''}` : `/sys/fs/cgroup/systemd${named}`
  return join(root, `vartio-${process.pid}-${Date.now()}`)
}

function removeBelow(folder: string): boolean {
  try {
    for (const name of readdirSync(folder))
      if (statSync(join(folder, name)).isDirectory() && !removeBelow(join(folder, name))) return false
    rmdirSync(folder)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return false
    throw error
  }
}
