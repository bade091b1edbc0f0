import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { programs } from '#supervisor/programs'

// A whole Vartio has no setting for its clock, and shall have none. So the test gives a copy of the code another `Date`.

/** Runs in every process of the copy, before anything else. Programs may read the public folder; before there is one, it is the time of the beginning. */
const source = (beginning: number) => `import { readFileSync } from 'node:fs'
import { ServerResponse } from 'node:http'
const file = (process.env.VARTIO_PUBLIC_FOLDER ?? process.env.VARTIO_DATA + '/public') + '/clock'
const real = globalThis.Date
let moved = ${beginning}
let readAt = -1_000
function read() {
  if (performance.now() - readAt < 20) return moved
  readAt = performance.now()
  try { moved = Number(readFileSync(file, 'utf8')) } catch {}
  return moved
}
const now = () => real.now() + read()
globalThis.Date = new Proxy(real, {
  construct: (target, given, as) => Reflect.construct(target, given.length === 0 ? [now()] : given, as),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
})
// Browsers reckon the end of a cookie from the date of the answer; Node would write the machine's.
const { writeHead } = ServerResponse.prototype
ServerResponse.prototype.writeHead = function (...given) {
  this.setHeader('date', new globalThis.Date().toUTCString())
  return Reflect.apply(writeHead, this, given)
}
`

/**
 * The copy lives in the past, so many milliseconds behind the machine, and the test brings it nearer. Never ahead: what expires is decided by the
 * clock of PostgreSQL too, which nobody moves.
 */
export function moveClock(code: string, data: string, beginning: number) {
  const path = join(code, 'platform', 'base', 'moved-clock.ts')
  writeFileSync(path, source(-beginning))
  for (const entry of ['vartio.ts', ...programs.map((program) => join(program, 'main.ts'))]) {
    const text = readFileSync(join(code, entry), 'utf8')
    writeFileSync(join(code, entry), `import '#base/moved-clock'\n${text}`)
  }
  let behind = beginning
  return {
    now: () => new Date(Date.now() - behind),
    behind: () => behind,
    /** Every process follows within moments. */
    set(milliseconds: number): void {
      behind = milliseconds
      const file = join(data, 'public', 'clock')
      writeFileSync(`${file}.new`, String(-milliseconds), { mode: 0o644 })
      renameSync(`${file}.new`, file)
    },
    /** Processes started from now on have the machine's time. */
    remove(): void {
      behind = 0
      writeFileSync(path, '')
    },
  }
}
