// The library brings no types of its own.
declare module 'bloomfilter' {
  export class BloomFilter {
    constructor(bits: number, hashes: number)
    add(value: string): void
    test(value: string): boolean
  }
}
