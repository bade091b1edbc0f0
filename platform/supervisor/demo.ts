import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { askProgram } from './ask-program.ts'
import { dataPath } from './data-path.ts'
import type { Running } from './programs.ts'
import { Refusal } from './refusal.ts'
import type { Say } from './say.ts'

/** In a data folder whose contents are made up. */
const demoFile = 'demo'

/** The folder beside the one that would be used, so that what is real is never touched. */
export function chooseDemo(environment: NodeJS.ProcessEnv): void {
  environment.VARTIO_DATA = `${dataPath(environment.VARTIO_DATA)}-demo`
  environment.VARTIO_DEMO = 'yes'
}

/** Made-up data is never shown without its mark, and never laid beside what is real. */
export function refuseMixing(path: string, isDemo: boolean): void {
  const isMarked = existsSync(join(path, demoFile))
  if (isMarked && !isDemo)
    throw new Refusal('folder', `What is in ${path} is made up. Start it with: vartio start --demo`)
  if (!isDemo || isMarked) return
  if (existsSync(path) && readdirSync(path).length > 0)
    throw new Refusal(
      'folder',
      `There is something in ${path} that no demo has made. Take it away, or set VARTIO_DATA.`,
    )
}

export const markDemo = (path: string) => writeFileSync(join(path, demoFile), '')

const invited = z.union([z.object({ refused: z.string() }), z.object({ link: z.url() })])
/** As the portal says it (portal/recover.ts). */
const notThere = 'There is no organisation of this name.'
const administrators = [
  ['Esimerkki', 'hallinta@esimerkki.example', 'the provider'],
  ['Kumppanituki Oy', 'hallinta@kumppanituki.example', 'a partner that looks after three companies'],
  ['Metsä ja Pelto Oy', 'hallinta@metsajapelto.example', 'one of these companies'],
] as const

/** For each organisation that nobody administers yet: where its administrator makes a passkey. */
export async function sayDemo(running: Running, say: Say): Promise<void> {
  say('Demo: everything is made up, and said to be on every page. 1,200 devices come in while you look around.')
  for (const [organization, administrator, what] of administrators) {
    const answer = await invite(running, { administrator, organization })
    if ('link' in answer) say(`Look around as administrator of ${what} (the code is in the inbox): ${answer.link}`)
  }
}

/** The portal answers before it has made its organisations: a link that is not there a moment too early would never be said. */
async function invite(running: Running, question: { administrator: string; organization: string }) {
  for (let left = 30; ; left -= 1) {
    const answer = await askProgram(running, 'portal', { script: 'recover.ts', question }, invited)
    if ('link' in answer || left === 0 || answer.refused !== notThere) return answer
    await setTimeout(500)
  }
}
