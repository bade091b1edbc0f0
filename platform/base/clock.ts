/** The only source of the time: promises about time are tested by moving it. */
export type Clock = { now(): Date }

/** A step back of less is how a clock is set right; it is waited out. */
const toleratedMilliseconds = 1_000

/**
 * The machine's clock, but never backwards: when it is set back, time goes on from where it was, by the count that nobody can set. A
 * session then ends when it would have ended, and what was written stays before what is written next. A step forward is followed.
 * `setBack` is told once. A restart takes the machine's time again.
 */
export function createSystemClock(
  setBack: (milliseconds: number) => void = () => undefined,
  source: { wall(): number; steady(): number } = { wall: Date.now, steady: () => performance.now() },
): Clock {
  let anchor = { wall: source.wall(), steady: source.steady() }
  let last = anchor.wall
  let isTold = false
  return {
    now() {
      const wall = source.wall()
      const steady = source.steady()
      const expected = anchor.wall + (steady - anchor.steady)
      if (wall >= expected - toleratedMilliseconds) {
        anchor = { wall, steady }
        last = Math.max(last, wall)
      } else {
        if (!isTold) setBack(Math.round(expected - wall))
        isTold = true
        last = Math.max(last, Math.floor(expected))
      }
      return new Date(last)
    },
  }
}

export type TestClock = Clock & { advance(milliseconds: number): void; set(at: Date): void }

export function createTestClock(start: Date): TestClock {
  let at = start.getTime()
  return {
    now: () => new Date(at),
    advance(milliseconds) {
      at += milliseconds
    },
    set(to) {
      at = to.getTime()
    },
  }
}
