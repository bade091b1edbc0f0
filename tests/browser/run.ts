import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
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
const { journey } = (await import(file)) as { journey: Journey }
const pictures = values.screenshots ? join(import.meta.dirname, '..', '..', 'docs', 'pages') : undefined

const vartio = await startVartio(values.code === undefined ? {} : { code: values.code, waitSeconds: 300 })
const { browser, stop } = await startBrowser()
const stage = createStage({ browser, vartio, language: values.language as Language, pictures })
try {
  await journey(stage)
} catch (error) {
  process.exitCode = 1
  console.error(error)
  const folder = mkdtempSync(join(tmpdir(), 'vartio-journey-'))
  const seen = stage.persons
    .filter(({ hasLeft }) => !hasLeft)
    .map(({ name, page, complaints }) => {
      const picture = join(folder, `${name.toLowerCase().replaceAll(' ', '-')}.png`)
      return { name, page, complaints, picture }
    })
  console.error(await explain({ step: stage.current(), error, seen, server: vartio.said() }))
} finally {
  await stage.end()
  await stop()
  await vartio.stop()
}
