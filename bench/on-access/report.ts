import type { Policy } from '#agent/guard'
import type { Task, Times } from './tasks.ts'

export type Opens = Record<'firstUs' | 'againUs' | 'execUs', { p50: number; p99: number; most: number }>
export type Landing = { files: number; p50: number; p95: number; most: number }

/** One turn of all tasks while something is on, with the turns before and after it while nothing is. `unseen`: programs are started that it has not looked into yet. */
export type Turn = { unseen?: Times; first: Times; again: Times; before: Times; after: Times }
export type Measured = {
  turns: Record<Policy['profile'] | 'clamonacc', Turn[]>
  /** `documents`: in the default profile, where people keep documents. */
  opens: Record<Policy['profile'] | 'clamonacc' | 'off' | 'documents', Opens[]>
  landing: Landing
}

export const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number

const percent = (ratio: number) => Number(((ratio - 1) * 100).toFixed(1))

/** Says everything on standard error, and gives the figures that have goals. */
export function report({ turns, opens, landing }: Measured, tasks: readonly Task[], hangs: number) {
  // Each beside its own turns without: a machine that is slower for a while is slower for both.
  const slower = (of: Turn[], when: 'unseen' | 'first' | 'again', name: string, what: 'ms' | 'cpuMs') =>
    percent(
      median(
        of.map((turn) => {
          const without = (at(turn.before, name, what) + at(turn.after, name, what)) / 2
          return at(turn[when] ?? {}, name, what) / without
        }),
      ),
    )
  const worst = (of: Turn[], when: 'first' | 'again', what: 'ms' | 'cpuMs') =>
    Math.max(...tasks.map(({ name }) => slower(of, when, name, what)))
  const all = Object.values(turns).flat()
  /** How far two turns without anything lie apart: what is below that says nothing. */
  const noise = (name: string) =>
    median(all.map(({ before, after }) => Math.abs(percent(at(after, name, 'ms') / at(before, name, 'ms')))))
  const off = (name: string, what: 'ms' | 'cpuMs') => median(all.map(({ before }) => at(before, name, what)))

  for (const what of ['ms', 'cpuMs'] as const) {
    console.error(
      `${what === 'ms' ? 'time' : 'its processor time'}: without, noise, then what is added first and again`,
    )
    for (const { name } of tasks) {
      const cells = Object.entries(turns).map(
        ([who, of]) => `${who} ${slower(of, 'first', name, what)} % ${slower(of, 'again', name, what)} %`,
      )
      const apart = what === 'ms' ? ` ± ${noise(name)} %` : ''
      console.error(`${name.padEnd(9)} ${off(name, what).toFixed(0).padStart(6)} ms${apart} | ${cells.join(' | ')}`)
    }
  }
  for (const [name, measured] of Object.entries(opens))
    for (const what of ['firstUs', 'againUs', 'execUs'] as const)
      console.error(
        `${name.padEnd(10)} ${what.padEnd(8)} p50 ${median(measured.map((one) => one[what].p50))} p99 ${median(measured.map((one) => one[what].p99))} worst ${Math.max(...measured.map((one) => one[what].most))} µs`,
      )
  const { files, p50, p95, most } = landing
  console.error(`from write to quarantine beside the tasks: p50 ${p50} p95 ${p95} worst ${most} ms (${files} files)`)

  const cached = (name: 'off' | 'strict') => median(opens[name].map(({ againUs }) => againUs.p50))
  const ofDocuments = (what: 'p50' | 'p99') => median(opens.documents.map(({ againUs }) => againUs[what]))
  const longest = Math.max(
    ...[...opens.default, ...opens.documents, ...opens.strict].map(({ firstUs }) => firstUs.most),
  )
  const vsClamonacc = Math.max(
    ...(['first', 'again'] as const).flatMap((when) =>
      tasks.map(({ name }) => {
        // Each round has both, one after the other.
        const ratios = turns.strict.map((turn, round) => {
          const theirs = turns.clamonacc[round] as Turn
          return at(turn[when], name, 'ms') / at(theirs[when], name, 'ms')
        })
        return median(ratios)
      }),
    ),
  )
  return {
    default: { first: worst(turns.default, 'first', 'ms'), again: worst(turns.default, 'again', 'ms') },
    unseenStarts: slower(turns.default, 'unseen', 'starts', 'ms'),
    defaultCpu: { first: worst(turns.default, 'first', 'cpuMs'), again: worst(turns.default, 'again', 'cpuMs') },
    noise: Math.max(...tasks.map(({ name }) => noise(name))),
    strict: {
      cachedOverBareUs: Number((cached('strict') - cached('off')).toFixed(2)),
      vsClamonacc: Number(vsClamonacc.toFixed(3)),
    },
    documentOpenUs: { p50: ofDocuments('p50'), p99: ofDocuments('p99') },
    writeToVerdictMs: p95,
    // An open that takes as long as the dead man's switch is one, too.
    hangs: hangs + (longest > 2_000_000 ? 1 : 0),
  }
}

function at(times: Times, name: string, what: 'ms' | 'cpuMs'): number {
  const time = times[name]
  if (!time) throw new Error(`${name} was not run`)
  return time[what]
}
