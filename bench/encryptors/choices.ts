import { createHash } from 'node:crypto'

/** The same choices for the same seed, so that a bad run can be run again. */
export function createChoices(seed: string) {
  let count = 0
  const number = () => {
    count += 1
    return createHash('sha256').update(`${seed} ${count}`).digest().readUInt32LE() / 2 ** 32
  }
  const between = (least: number, most: number) => least + Math.floor(number() * (most - least + 1))
  return {
    between,
    one: <T>(list: readonly T[]): T => list[between(0, list.length - 1)] as T,
    word: () => Array.from({ length: between(4, 8) }, () => String.fromCharCode(between(97, 122))).join(''),
    shuffled<T>(list: readonly T[]): T[] {
      const rest = [...list]
      for (let at = rest.length - 1; at > 0; at -= 1) {
        const other = between(0, at)
        ;[rest[at], rest[other]] = [rest[other] as T, rest[at] as T]
      }
      return rest
    },
  }
}
