import { hash } from 'node:crypto'
import { createUnpacker, type Unpacker } from '#engine/containers'
import type { Rules } from '#engine/rules'
import { type FileType, typeOf } from '#engine/types'
import { Budget } from './budget.ts'
import { readSource } from './source.ts'
import type { Finding, KnownBad, KnownGood, Limits, NotUnpacked, Source, Verdict } from './verdict.ts'

export type Uses = { rules: Rules; knownBad?: KnownBad; knownGood?: KnownGood; limits: Limits }

/** Enough to decide by and to show; a bomb of a thousand encrypted files need not be listed whole. */
const mostListed = 100

export async function scan(uses: Uses, source: Source, name: string): Promise<Verdict> {
  const { bytes, size, sha256 } = readSource(source, uses.limits.bytes)
  const type = typeOf(bytes)
  const verdict = { sha256, bytes: size, type, findings: [], notUnpacked: [] }
  const look = new Look(uses, new Budget(uses.limits, bytes.length))
  // Whoever says that it is bad is believed first: a list of good files is made by the million, and may hold what somebody slipped in.
  await look.ask(sha256, [])
  if (look.findings.length === 0 && (await uses.knownGood?.has(sha256))) {
    look.close()
    return { ...verdict, outcome: 'clean', isKnownGood: true }
  }
  if (size > bytes.length) look.add([], 'bytes')
  await look.into(bytes, type, name, [])
  look.close()
  const { findings, notUnpacked } = look
  const outcome = findings.length > 0 ? 'malicious' : notUnpacked.length > 0 ? 'incomplete' : 'clean'
  return { ...verdict, outcome, findings, notUnpacked }
}

/** One file and everything in it. */
class Look {
  readonly findings: Finding[] = []
  readonly notUnpacked: NotUnpacked[] = []
  readonly #uses: Uses
  readonly #budget: Budget
  readonly #unpacker: Unpacker

  constructor(uses: Uses, budget: Budget) {
    this.#uses = uses
    this.#budget = budget
    this.#unpacker = createUnpacker(budget)
  }

  close(): void {
    this.#unpacker.close()
  }

  add(place: readonly string[], reason: NotUnpacked['reason']): void {
    if (this.notUnpacked.length < mostListed) this.notUnpacked.push({ place, reason })
  }

  async ask(sha256: string, place: readonly string[]): Promise<void> {
    const bad = await this.#uses.knownBad?.find(sha256, place)
    if (bad) this.#found({ ...bad, place })
  }

  async into(bytes: Buffer, type: FileType, name: string, place: readonly string[]): Promise<void> {
    const { rules, knownBad } = this.#uses
    const base = name.slice(name.lastIndexOf('/') + 1)
    const extension = base.includes('.') ? base.slice(base.lastIndexOf('.')) : ''
    for (const match of rules.scan(bytes, type, { filename: base, filepath: name, extension, filetype: '', owner: '' }))
      this.#found({ ...match, source: 'rules', place })
    for await (const part of this.#unpacker.parts(type, bytes, base, place.length + 1)) {
      const inner = part.name === undefined ? place : [...place, part.name]
      if ('reason' in part) this.add(inner, part.reason)
      // Rules ask no clock: what is left when the time is over is told, not looked into.
      else if (this.#budget.isLate()) return this.add(inner, 'time')
      else {
        if (knownBad) await this.ask(hash('sha256', part.bytes, 'hex'), inner)
        await this.into(part.bytes, typeOf(part.bytes), part.name, inner)
      }
    }
  }

  #found(finding: Finding): void {
    if (this.findings.length < mostListed) this.findings.push(finding)
  }
}
