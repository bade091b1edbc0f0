import type { Limits, Reason } from './verdict.ts'

/** Zeros pack a thousand to one in honest files; only above this is a ratio a sign of a bomb. */
const freeBytes = 16 * 1024 * 1024

/** What one file may still cost. Every loop of a parser takes from it, so that none runs without a bound. */
export class Budget {
  readonly limits: Limits
  readonly #deadline: number
  readonly #size: number
  #entries: number
  #unpacked = 0
  #isSpent = false

  constructor(limits: Limits, size: number) {
    this.limits = limits
    this.#deadline = performance.now() + limits.milliseconds
    this.#size = size
    this.#entries = limits.entries
  }

  isLate(): boolean {
    return performance.now() > this.#deadline
  }

  /** The bytes that may still be unpacked. */
  get bytesLeft(): number {
    return Math.max(0, this.limits.bytes - this.#unpacked)
  }

  /** Some limit was reached: what comes now is not all. */
  get isSpent(): boolean {
    return this.#isSpent || this.isLate()
  }

  /** One more file of a container: undefined, or why it is one too many. */
  takeEntry(): Reason | undefined {
    if (this.#entries > 0) this.#entries -= 1
    else return this.#spend('count')
    return this.isLate() ? 'time' : undefined
  }

  takeBytes(count: number): Reason | undefined {
    this.#unpacked += count
    if (this.#unpacked > this.limits.bytes) return this.#spend('bytes')
    if (this.#unpacked > freeBytes && this.#unpacked > this.#size * this.limits.ratio) return this.#spend('ratio')
    return this.isLate() ? 'time' : undefined
  }

  #spend(reason: Reason): Reason {
    this.#isSpent = true
    return reason
  }
}
