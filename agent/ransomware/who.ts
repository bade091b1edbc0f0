import { lineageOf, type Process, type Program, readProcess, readProgram, starterOf } from './lineage.ts'

/** Whose doing something is: a piece of work, and a program of a user. */
export type Who = {
  readonly process: Process | undefined
  /** What it runs. */
  readonly program: Program | undefined
  readonly names: readonly { readonly name: string; readonly isProgram: boolean; readonly isOne: boolean }[]
  /** Of its piece of work, those that started it. */
  readonly above: readonly Process[]
  /** Of another session. */
  readonly starter: Process | undefined
}

const gone = ' gone'
export const isOfGone = ({ name }: { name: string }) => name.endsWith(gone)

/** For so long a number is believed to be the same process that still runs the same. */
const believedMs = 50
const mostPids = 1_000

/** Who somebody is, found out while they are there: what they did is told when they may be gone. */
export function createWhos(isOurs: (pid: number) => boolean, now: () => number) {
  const pids = new Map<number, { at: number; who: Who }>()

  function find(pid: number, owner: number): Who {
    const known = pids.get(pid)
    if (known !== undefined && now() - known.at < believedMs) return known.who
    const process = readProcess(pid)
    if (process === undefined && known !== undefined) return known.who
    const program = readProgram(pid)
    const { who: before } = known ?? {}
    const isSame = before?.process?.startedAt === process?.startedAt && before?.program?.file === program?.file
    const who = before && isSame ? before : whoIs(pid, owner, program)
    pids.delete(pid)
    // Whose it was may be told yet.
    if (who.process !== undefined || owner >= 0) pids.set(pid, { at: now(), who })
    if (pids.size > mostPids) pids.delete(pids.keys().next().value as number)
    return who
  }

  function whoIs(pid: number, owner: number, program: Program | undefined): Who {
    const [process, ...above] = lineageOf(pid, isOurs)
    // Of one that is gone already only whose file it was is known.
    if (process === undefined)
      return {
        process,
        program,
        names: [{ name: `${owner}${gone}`, isProgram: true, isOne: false }],
        above: [],
        starter: undefined,
      }
    const top = above.at(-1) ?? process
    return {
      process,
      program,
      names: [
        { name: `${top.pid} ${top.startedAt}`, isProgram: false, isOne: false },
        { name: `${process.uid} ${program?.file ?? '?'}`, isProgram: true, isOne: program?.isOne ?? false },
      ],
      above,
      starter: starterOf(top, isOurs),
    }
  }

  return {
    /** `owner`: of the file, for when nothing else can be said. */
    find,
    /** Who was asked for before, without asking again. */
    known: (pid: number): Who | undefined => pids.get(pid)?.who,
    /** It runs something else from now on. */
    forget: (pid: number) => void pids.delete(pid),
  }
}
