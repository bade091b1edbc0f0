import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { testFiles } from '#engine/rules'
import { startVartio } from '#tests/vartio'
import { startBrowser } from './browser.ts'
import { setUp } from './first-steps.ts'
import { createInbox } from './identity-pages.ts'
import { createStage } from './journey.ts'
import { installAgent, makeCode, timeToPage } from './protection.ts'

// From the write of a dangerous file, by any program, to its line on the page that is open: guard, scanner, quarantine, spool on disk, a signed call, the
// portal's database and the page's look once a second. The reference is the bound that was promised.

const goalMs = 2_000
const isSmall = process.argv.includes('--small')
const rounds = isSmall ? 5 : 40

const content = testFiles().find(({ rule }) => rule === 'EICAR_Test_File')?.content ?? Buffer.alloc(0)
const vartio = await startVartio()
const { browser, stop } = await startBrowser()
const stage = createStage({ browser, vartio, language: 'fi' })
try {
  const person = await stage.arrive({ name: 'Aino Korhonen', email: 'aino@paja.example', language: 'fi' })
  await setUp(stage, person, await createInbox(stage), 'Paja')
  const agent = installAgent(stage, await makeCode(person), 60 + rounds * 40)
  try {
    await person.open(`${vartio.portal}/detections`)
    await person.settle()
    const times: number[] = []
    // The first wakes what has never run, and is not counted.
    for (let round = 0; round <= rounds; round += 1) {
      const folder = join(agent.mount, `kansio-${round}`)
      mkdirSync(folder)
      const time = await timeToPage(person, join(folder, 'lasku.com'), content)
      if (round > 0) times.push(time)
    }
    times.sort((one, other) => one - other)
    const at = (part: number) =>
      Math.round(times[Math.min(times.length - 1, Math.ceil(times.length * part) - 1)] ?? Number.NaN)
    const figures = { p50Ms: at(0.5), p95Ms: at(0.95) }
    console.log(
      `${rounds} dangerous files, from write to page: p50 ${figures.p50Ms} ms, p95 ${figures.p95Ms} ms (at most ${goalMs})`,
    )
    // Small is for machines on which speeds are printed and not judged.
    if (!isSmall && figures.p95Ms >= goalMs) process.exitCode = 1
    console.log(JSON.stringify(figures))
  } finally {
    agent.stop()
  }
} finally {
  await stage.end()
  await stop()
  await vartio.stop()
}
