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

  /** One more file of a container: undefined, or why it is one too many. */
  takeEntry(): Reason | undefined {
    if (this.isLate()) return 'time'
    if (this.#entries === 0) return 'count'
    this.#entries -= 1
    return undefined
  }

  takeBytes(count: number): Reason | undefined {
    this.#unpacked += count
    if (this.#unpacked > this.limits.bytes) return 'bytes'
    if (this.#unpacked > freeBytes && this.#unpacked > this.#size * this.limits.ratio) return 'ratio'
    return this.isLate() ? 'time' : undefined
  }
}
