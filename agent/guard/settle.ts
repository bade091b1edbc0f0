import { answer, closeFd, ignoreFile, look, type Seen, unignoreFile } from '#agent/kernel'
import type { Answer } from '#agent/scanner'
import type { Verdict } from '#engine'
import { type Answered, conclude, isToBeSent, isWhole } from './asks.ts'
import { isExcluded } from './exclusions.ts'
import type { Job } from './job.ts'
import type { createKnown } from './known.ts'
import type { FromLoop, Policy } from './messages.ts'
import { callerOf, pathOf } from './proc.ts'

/** Written again in the same instant, a file could keep its times: such a verdict is not remembered. */
const raceMs = 50

type Uses = {
  tell: (message: FromLoop) => void
  policy: () => Policy
  /** The group that asks before opens. */
  answers: () => number | undefined
  known: ReturnType<typeof createKnown<Verdict>>
  /** Nothing waits for this job any more. */
  drop: (job: Job) => void
  isSecondThere: () => boolean
}

/** What becomes of a file once somebody has said what it is: a scanner, the Cloud, or what is known already. */
export function createSettling({ tell, policy, answers, known, drop, isSecondThere }: Uses) {
  function settle(job: Job, got: Answer) {
    if ('failed' in got) return release(job, 'incomplete')
    if (got.verdict.outcome === 'malicious') return judge(job, got.verdict)
    if (got.suspects.length === 0) return letGoAfter(job, got.verdict)
    // It waits on, to its deadline at most; the scanner does not.
    job.asks = { verdict: got.verdict, suspects: got.suspects }
    tell({ kind: 'ask', job: job.number, sha256s: got.suspects.map(({ sha256 }) => sha256) })
  }

  /** Where the Cloud did not say all, the file is let be and nothing is remembered: it will be asked again. */
  function takeAnswered(job: Job | undefined, answered: readonly Answered[]) {
    if (job?.asks === undefined) return
    const concluded = conclude(job.asks, answered)
    if (concluded?.outcome === 'malicious') return judge(job, concluded)
    if (concluded) return letGoAfter(job, concluded)
    tell({ kind: 'unanswered', path: pathOf(job.fd) })
    release(job, job.asks.verdict.outcome)
  }

  function letGoAfter(job: Job, verdict: Verdict) {
    // Unless it was written to while it was looked into.
    const isSame = look(job.fd)?.key === job.seen.key
    if (!job.isStale && isSame && Date.now() - job.seen.changedAtMs > raceMs && isWhole(verdict)) {
      known.set(job.seen.key, 'clean')
      letThrough(job.fd, job.seen)
    }
    // What has no name is not read again to be sent.
    if (isSame && job.seen.links > 0 && isToBeSent(policy(), job.why, verdict))
      tell({ kind: 'unknown', path: pathOf(job.fd), sha256: verdict.sha256 })
    if (job.why === 'exec') {
      const path = pathOf(job.fd)
      release(job, verdict.outcome)
      return tell({ kind: 'ran', path })
    }
    // Nobody waits for it, and nobody did.
    if (!isSecondThere() || !isSame || job.why === 'open') return release(job, verdict.outcome)
    // Whoever is told of the descriptor closes it, and answers who asked.
    drop(job)
    tell({ kind: 'second', second: { ...job, key: job.seen.key, verdict } })
  }

  /** From here on the kernel answers by itself until somebody writes to the file; unless somebody did while we looked. */
  function letThrough(fd: number, seen: Seen) {
    const group = answers()
    const { profile } = policy()
    // A file that nobody may run is never asked about in the default profile.
    if (group === undefined || (profile === 'default' && !seen.isProgram)) return
    if (Date.now() - seen.changedAtMs < raceMs) return
    if (ignoreFile(group, fd, profile === 'strict') && look(fd)?.key !== seen.key) unignoreFile(group, fd)
  }

  /** Lets go of a file that is not to be stopped. */
  function release(job: Job, outcome: Verdict['outcome']) {
    drop(job)
    if (job.group !== undefined) answer(job.group, job.fd, true)
    closeFd(job.fd)
    if (job.request !== undefined) tell({ kind: 'scanned', request: job.request, outcome })
  }

  /** Only now is a name asked for, of /proc, which nobody guards. */
  function judge(job: Job, verdict: Verdict) {
    const path = pathOf(job.fd)
    if (isExcluded(policy(), path.toString(), verdict)) return release(job, 'malicious')
    if (Date.now() - job.seen.changedAtMs > raceMs) known.set(job.seen.key, verdict)
    drop(job)
    const caller = job.why === 'late' || job.why === 'asked' ? undefined : callerOf(job.pid)
    const isRefused = job.group !== undefined && !policy().reportOnly
    if (job.group !== undefined) answer(job.group, job.fd, !isRefused)
    const asked = job.why === 'exec' || job.why === 'open'
    tell({
      kind: 'found',
      found: {
        fd: job.fd,
        key: job.seen.key,
        path,
        verdict,
        why: job.why,
        answered: isRefused ? 'refused' : asked ? 'allowed' : 'not asked',
        ...(caller ? { process: caller } : {}),
      },
    })
    if (job.request !== undefined) tell({ kind: 'scanned', request: job.request, outcome: 'malicious' })
  }

  return { settle, takeAnswered, letThrough, release, judge }
}
