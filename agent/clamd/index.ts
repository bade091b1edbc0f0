import { ask, type Trouble } from './ask.ts'
import { debianConfig, findClamd } from './find.ts'

export type ClamdState = {
  readonly state: 'on' | 'off' | 'failed'
  /** `policy`, `clamd.none`, `clamd.refused`, `clamd.stranger`, `clamd.silent`, `clamd.errors` */
  readonly why?: string
  readonly since: string
}

const scanMs = 20_000
const pingMs = 3_000
const atOnce = 2
/** Of files that were written; more than these are looked into by our own rules only. */
const mostWaiting = 256
const lookAgainMs = { on: 60_000, troubled: 10_000 }
/** In a row, over different files: it looks into nothing. */
const mostErrors = 5

export type Clamd = ReturnType<typeof createClamd>

/**
 * The second engine, where somebody else has put it on the device. It is asked only about what nobody waits for, and trouble with it holds nothing up: files that it was
 * not asked about have been looked into by our own rules.
 */
export function createClamd(changed: (state: ClamdState) => void, config = debianConfig) {
  let isWanted = false
  let now: ClamdState = { state: 'off', why: 'clamd.none', since: new Date().toISOString() }
  let working = 0
  let errors = 0
  let isClosed = false
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined
  const waiting: (() => void)[] = []

  const set = (state: ClamdState['state'], why?: string) => {
    if (state === now.state && why === now.why) return
    now = { state, ...(why === undefined ? {} : { why }), since: new Date().toISOString() }
    if (state !== 'on') for (const next of waiting.splice(0)) next()
    changed(now)
  }
  const trouble = (why: Trouble) => set(why === 'none' ? 'off' : 'failed', `clamd.${why}`)

  async function look(): Promise<void> {
    clearTimeout(timer)
    if (!isWanted) return set('off', 'policy')
    const said = await ask(findClamd(config), undefined, pingMs)
    if (isClosed) return
    if (!isWanted) return set('off', 'policy')
    if (said.kind === 'trouble') trouble(said.why)
    else if (said.kind === 'clean') {
      // One that answers and looks into nothing is tried with files again, later.
      if (now.state !== 'on') errors = 0
      set('on')
    } else set('failed', 'clamd.errors')
    timer = setTimeout(lookAgain, now.state === 'on' ? lookAgainMs.on : lookAgainMs.troubled).unref()
  }
  const lookAgain = () => {
    looking ??= look().finally(() => {
      looking = undefined
    })
    return looking
  }

  return {
    state: () => now,
    /** By policy. */
    want(next: boolean): void {
      if (isWanted === next && now.why !== 'clamd.none') return
      isWanted = next
      void lookAgain()
    },
    /** The name of the signature that the open file fits. Undefined: none, or nobody to ask. */
    async scan(fd: number, isBatch: boolean): Promise<string | undefined> {
      if (now.state !== 'on' || (!isBatch && waiting.length >= mostWaiting)) return undefined
      if (working >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
      if (now.state !== 'on') return undefined
      working += 1
      try {
        const said = await ask(findClamd(config), fd, scanMs)
        errors = said.kind === 'error' ? errors + 1 : 0
        if (said.kind === 'found') return said.signature
        // Is it only this file that takes long?
        if (said.kind === 'trouble') await lookAgain()
        else if (errors >= mostErrors) set('failed', 'clamd.errors')
        return undefined
      } finally {
        working -= 1
        waiting.shift()?.()
      }
    },
    close(): void {
      isClosed = true
      clearTimeout(timer)
      for (const next of waiting.splice(0)) next()
    },
  }
}
