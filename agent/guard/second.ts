import { readlinkSync } from 'node:fs'
import type { Clamd } from '#agent/clamd'
import { closeFd, look } from '#agent/kernel'
import { isExcluded } from './exclusions.ts'
import type { Found, Policy, Second } from './messages.ts'
import { callerOf } from './proc.ts'

/** Asks the second engine about a file that ours has let be; a hit is acted on as one of ours. Closes the descriptor, or whoever acts does. */
export async function askSecond(
  { fd, key, verdict, why, pid, request }: Second,
  clamd: Pick<Clamd, 'scan'>,
  policy: () => Policy,
  act: (found: Found) => void,
): Promise<'malicious' | 'clean' | 'incomplete'> {
  const caller = why === 'written' && pid > 0 ? callerOf(pid) : undefined
  const signature = await clamd.scan(fd, request !== undefined)
  // Written to meanwhile, it is looked into again by itself.
  if (signature === undefined || look(fd)?.key !== key) {
    closeFd(fd)
    return verdict.outcome
  }
  const finding = { rule: signature, ruleSet: 'clamav', source: 'clamd', place: [] } as const
  const found = { ...verdict, outcome: 'malicious', findings: [finding] } as const
  const path = readlinkSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' })
  if (isExcluded(policy(), path.toString(), { ...found, findings: [finding] })) closeFd(fd)
  else
    act({
      fd,
      key,
      path,
      verdict: { ...found, findings: [finding] },
      why,
      answered: 'not asked',
      ...(caller ? { process: caller } : {}),
    })
  return 'malicious'
}
