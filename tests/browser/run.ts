import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createSay } from '#supervisor/say'
import { buildWeb } from '#supervisor/web-build'
import { moveClock } from '#tests/moved-clock'
import { copyCode } from '#tests/ordinary'
import { startVartio } from '#tests/vartio'
import { startBrowser } from './browser.ts'
import { explain } from './explain.ts'
import { createStage, type Journey, type Language } from './journey.ts'

// node tests/browser/run.ts NAME [--language fi|en] [--screenshots] [--code FOLDER]: drives one journey against a Vartio of its own, started from
// this folder or another copy of it.

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { screenshots: { type: 'boolean' }, language: { type: 'string', default: 'fi' }, code: { type: 'string' } },
})
const [name = ''] = positionals
const file = join(import.meta.dirname, '..', 'journeys', `${name}.ts`)
if (!existsSync(file)) throw new Error(`There is no journey ${name}.`)
/** `prepare`: what is there before Vartio is, and which settings lead to it. */
const { journey, daysBack, prepare } = (await import(file)) as {
  journey: Journey
  daysBack?: number
  prepare?: () => Promise<{ environment: Record<string, string>; end: () => Promise<void> }>
}
const prepared = await prepare?.()
const pictures = values.screenshots ? join(import.meta.dirname, '..', '..', 'docs', 'pages') : undefined

/** A journey through months lives in a copy of the code whose clock it moves: no setting of Vartio could do it, so none can be left on. */
const past = daysBack === undefined ? undefined : mkdtempSync(join(tmpdir(), 'vartio-past-'))
// Programs of users of their own run from it.
if (past) chmodSync(past, 0o711)
const folder = past && join(past, 'data')
// What is copied is what is here now, not the pages of an earlier build.
if (past) await buildWeb(join(import.meta.dirname, '..', '..'), createSay())
const code = past ? copyCode(past) : values.code
const clock = daysBack && code && folder ? moveClock(code, folder, daysBack * 86_400_000) : undefined
const vartio = await startVartio({
  ...(code ? { code } : {}),
  ...(folder ? { folder } : {}),
  ...(prepared ? { environment: prepared.environment } : {}),
  ...(values.code ? { waitSeconds: 300 } : {}),
})
const { browser, stop } = await startBrowser()
const stage = createStage({ browser, vartio, language: values.language as Language, pictures, clock })
try {
  await journey(stage)
} catch (error) {
  process.exitCode = 1
  console.error(error)
  const folder = mkdtempSync(join(tmpdir(), 'vartio-journey-'))
  const seen = stage.persons
    .filter(({ hasLeft }) => !hasLeft)
    .map(({ name, page, complaints }, index) => {
      const picture = join(folder, `${index}-${name.toLowerCase().replaceAll(' ', '-')}.png`)
      return { name, page, complaints, picture }
    })
  console.error(await explain({ step: stage.current(), error, seen, server: vartio.said() }))
} finally {
  await stage.end()
  await stop()
  await vartio.stop()
  await prepared?.end()
  if (past) rmSync(past, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}
