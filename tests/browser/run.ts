import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startVartio } from '#tests/vartio'
import { startBrowser } from './browser.ts'
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
const { journey } = (await import(file)) as { journey: Journey }
const pictures = values.screenshots ? join(import.meta.dirname, '..', '..', 'docs', 'pages') : undefined

/** Where it broke, what the page showed, what the server said: without these a failure in a browser cannot be understood. */
async function explain(stage: ReturnType<typeof createStage>, server: string): Promise<void> {
  console.error(`\nIt broke in: ${stage.current()}`)
  const folder = mkdtempSync(join(tmpdir(), 'vartio-journey-'))
  for (const { name, page, complaints, hasLeft } of stage.persons) {
    if (hasLeft) continue
    const picture = join(folder, `${name.toLowerCase().replaceAll(' ', '-')}.png`)
    await page.screenshot({ path: picture, fullPage: true }).catch((error: Error) => console.error(error.message))
    const text = await page
      .locator('body')
      .ariaSnapshot({ timeout: 2_000 })
      .catch((error: Error) => error.message)
    console.error(`${name} was at ${page.url()} (${picture}):\n${text.slice(0, 2_000).replace(/^/gm, '  | ')}`)
    for (const complaint of complaints) console.error(`  ! ${complaint}`)
  }
  console.error(`Vartio said last:\n${server.slice(-6_000).replace(/^/gm, '  > ')}`)
}

const vartio = await startVartio(values.code === undefined ? {} : { code: values.code, waitSeconds: 300 })
const { browser, stop } = await startBrowser()
const stage = createStage({ browser, vartio, language: values.language as Language, pictures })
try {
  await journey(stage)
} catch (error) {
  process.exitCode = 1
  console.error(error)
  await explain(stage, vartio.said())
} finally {
  await stage.end()
  await stop()
  await vartio.stop()
}
