import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#base/errors'
import { readSettings, type Settings, settingTable } from '#base/settings'
import { runSupportTool, supportFile } from '#base/support'
import { publicUrls } from '#server/platform'
import { badge } from '../data-folder.ts'
import { dataPath } from '../data-path.ts'
import { isOrdered } from '../emergency/order.ts'
import { currentHolder } from '../lock.ts'
import { Refusal } from '../refusal.ts'
import type { Say } from '../say.ts'
import { gatherServer } from './gather.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Those of the Vartio that runs, where one does: whoever gives the command need not know them. */
function environmentOf(path: string): Environment {
  const holder = currentHolder(path)
  if (holder?.command !== 'start') return process.env
  try {
    const lines = readFileSync(`/proc/${holder.pid}/environ`, 'utf8').split('\0')
    return Object.fromEntries(lines.map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]))
  } catch {
    // It has ended since.
    return process.env
  }
}

/** A wrong setting may be the very fault: which one is told, and it keeps nothing back. */
function settingsOf(
  environment: Environment,
): { settings: Settings; wrong?: undefined } | { settings?: undefined; wrong: string } {
  try {
    return { settings: readSettings(environment) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const [said = ''] = error.message.split(':')
    return {
      wrong: settingTable.find(({ name }) => name === said.replace(/_FILE$/, ''))?.name ?? 'one that there is not',
    }
  }
}

/** Only looks: nothing in the folder is made, mended or started, and no user of the machine either. */
function findFolder(): string {
  const wanted = dataPath(process.env.VARTIO_DATA)
  if (isOrdered(wanted))
    throw new Refusal(
      'folder',
      `The Vartio in ${wanted} was destroyed by order of two officers. There is nothing left to work on.`,
    )
  const stat = statSync(wanted, { throwIfNoEntry: false })
  const me = process.getuid?.()
  if (stat && me !== 0 && stat.uid !== me)
    throw new Refusal('folder', `Only root, or whoever starts the Vartio of ${wanted}, may gather anything there.`)
  if (!stat || !existsSync(join(wanted, badge)))
    throw new Refusal('folder', `No Vartio has been started on ${wanted} yet. Set VARTIO_DATA to its data folder.`)
  return realpathSync(wanted)
}

/** `vartio support`: works whatever else does not, and asks nothing outside this machine. */
export async function support(words: readonly string[], flags: readonly string[], say: Say): Promise<void> {
  const path = findFolder()
  const file = supportFile(words[0])
  if (existsSync(file)) throw new Refusal('file', `${file} is there already and is not overwritten.`)
  const environment = environmentOf(path)
  const { settings, wrong } = settingsOf(environment)
  const declined = await runSupportTool(
    {
      of: 'server',
      contact: settings && new URL('/contact', publicUrls(settings).privacy).href,
      gather: () => gatherServer({ path, environment, settings, wrong }),
      say,
    },
    { file, isAgreed: flags.includes('--yes') },
  )
  if (declined) throw new Refusal('confirmation', declined)
}
