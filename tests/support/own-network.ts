import { spawnSync } from 'node:child_process'
import { isRoot } from '#base/users'

/** Why there can be none here; false where there can. */
export const noOwnNetwork =
  isRoot() || process.env.CI === 'true' ? false : 'a network of its own needs root and ip (iproute2)'

/**
 * Runs a command where nothing but the machine itself can be reached, and counts what it tried all the same: the kernel counts each packet and each connection that no
 * route leads out for (RFC 4293, ipSystemStatsOutNoRoutes), names that are asked for among them.
 */
export function runWithoutNetwork(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env: NodeJS.ProcessEnv },
): { status: number | null; stdout: string; stderr: string; tried: number } {
  const script = `ip link set lo up && "$@"; code=$?
    cat /proc/net/snmp /proc/net/snmp6 2>/dev/null | awk '/^Ip:/ { if (!n) { for (i = 1; i <= NF; i++) if ($i == "OutNoRoutes") n = i } else print "tried " $n }
         /^Ip6OutNoRoutes/ { print "tried " $2 }' >&2; exit $code`
  const ran = spawnSync('unshare', ['--net', 'sh', '-c', script, 'sh', command, ...args], {
    encoding: 'utf8',
    timeout: 120_000,
    ...options,
  })
  const counts = [...ran.stderr.matchAll(/^tried (\d+)$/gm)].map(([, count]) => Number(count))
  if (counts.length === 0) throw new Error(`nothing was counted: ${ran.stderr}`)
  const stderr = ran.stderr.replace(/^tried \d+\n/gm, '')
  return { status: ran.status, stdout: ran.stdout, stderr, tried: counts.reduce((sum, count) => sum + count, 0) }
}
