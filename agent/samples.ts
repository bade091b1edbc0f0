import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import type { Policy } from '#agent/policy'

const most = 256
const mostBytes = 8 * 1_024 * 1_024

export type Samples = ReturnType<typeof createSamples>

/**
 * Programs that nothing on the device knows, which the agent may ask for by their hash, once, while the policy says so. So whoever breaks into the agent gets no other
 * file by this way.
 */
export function createSamples(policy: () => Policy) {
  const paths = new Map<string, string>()
  return {
    note({ sha256, path }: { sha256: string; path: string }): void {
      paths.set(sha256, path)
      if (paths.size > most) paths.delete(paths.keys().next().value as string)
    },
    /** Undefined when it may not be sent, is not there any more, or is another by now. */
    take(sha256: string): { path: string; content: string } | undefined {
      const path = paths.get(sha256)
      paths.delete(sha256)
      const { cloud, unknownContent } = policy().settings
      if (path === undefined || !cloud || unknownContent !== 'send') return undefined
      const content = read(path)
      if (!content || createHash('sha256').update(content).digest('hex') !== sha256) return undefined
      return { path, content: content.toString('base64') }
    },
  }
}

function read(path: string): Buffer | undefined {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY)
    try {
      const stat = fstatSync(file)
      return stat.isFile() && stat.size <= mostBytes ? readFileSync(file) : undefined
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
}
