import type { Answered } from '#agent/guard'
import type { ToAgent } from './link.ts'

/** Questions of the guard that the agent asks of the Cloud: the guard has no network of its own to ask with. */
export function createAsking(tell: (message: ToAgent) => unknown) {
  const waiting = new Map<number, (answers: readonly Answered[]) => void>()
  const most = 1_000
  let last = 0
  return {
    ask(sha256s: readonly string[]): Promise<readonly Answered[]> {
      last += 1
      const request = last
      // Whoever asked gives up by itself; of an agent that answers nothing, the oldest questions are forgotten.
      if (waiting.size >= most) waiting.delete(waiting.keys().next().value as number)
      const { promise, resolve } = Promise.withResolvers<readonly Answered[]>()
      waiting.set(request, resolve)
      tell({ kind: 'ask', request, sha256s })
      return promise
    },
    take(request: number, answers: unknown): void {
      waiting.get(request)?.(Array.isArray(answers) ? answers.map(readAnswered) : [])
      waiting.delete(request)
    },
  }
}

function readAnswered(value: unknown): Answered {
  if (value === 'not bad') return value
  const { rule } = ((value ?? {}) as { bad?: { rule?: unknown } }).bad ?? {}
  return typeof rule === 'string'
    ? { bad: { rule: rule.slice(0, 200), ruleSet: 'security-cloud', source: 'cloud' } }
    : 'no answer'
}
