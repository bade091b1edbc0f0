/** The only source of the time: promises about time are tested by moving it. */
export type Clock = { now(): Date }

export const systemClock: Clock = { now: () => new Date() }

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
