import { accessSync, constants, existsSync, realpathSync, writeFileSync } from 'node:fs'
import { constants as osConstants, setPriority } from 'node:os'
import { join, resolve } from 'node:path'
import { type Act, judgement, orderLastsHours, verifyOrders, writeOrder } from '#base/officers'
import { readSettings, type Settings } from '#base/settings'
import { signNote } from '#base/signed-note'
import { readAcceptedOfficers, readInstallation } from '#server/officers'
import { noteUse } from '../confirmation.ts'
import { dataPath } from '../data-path.ts'
import { openKeyFile, readSmall, refuseOverwriting } from '../officer-command.ts'
import { Refusal } from '../refusal.ts'
import type { Say } from '../say.ts'
import { carryOut, isCarriedOut, type Report, readReport } from './destroy.ts'
import { destroyTokenRoots } from './destroy-token-roots.ts'
import { dropOutside } from './drop-outside.ts'
import { emergencyFolder, type Given, isOrdered, readGiven } from './order.ts'

/** To the second, as notes have it. */
export const nowText = () => `${new Date().toISOString().slice(0, 19)}Z`

function folderOf(settings: Settings): string {
  const path = dataPath(settings.text('VARTIO_DATA'))
  if (!existsSync(join(path, 'public')))
    throw new Refusal('folder', `No Vartio has been started on ${path} yet. Set VARTIO_DATA to its data folder.`)
  // As processes see it: they are told apart by the folder they work in.
  return realpathSync(path)
}

/** `vartio emergency state`. */
export async function state(say: Say): Promise<void> {
  const path = folderOf(readSettings(process.env))
  const report = readReport(path)
  say(`Installation: ${readInstallation(join(path, 'public'))}`)
  if (isOrdered(path))
    say(`Destroyed: ordered at ${readGiven(path).at}${isCarriedOut(path) ? '' : ', not carried out to its end yet'}`)
  for (const place of report?.notReached ?? []) say(`Not reached: ${place}`)
  const list = readAcceptedOfficers(join(path, 'public'))
  if (list)
    say(`Armed: list ${list.number} of ${list.at}, any two of ${list.officers.map(({ name }) => name).join(', ')}`)
  else say('Not armed: there are not yet two officers.')
}

/** `vartio emergency sign KEY ORDER [INSTALLATION]`, beside the data folder or, with the id of the installation, anywhere. */
export async function sign(words: readonly string[], flags: readonly string[], say: Say): Promise<void> {
  const [keyFile = '', orderFile = '', named] = words
  const act: Act = flags.includes('--rehearse') ? 'rehearse' : 'destroy'
  refuseOverwriting(orderFile)
  const installation = named ?? readInstallation(join(folderOf(readSettings(process.env)), 'public'))
  // Before the passphrase: whoever types it has read what they sign.
  if (act === 'destroy') say(`You order that everything is destroyed, for ever, ${judgement}.`)
  const { officer, signing } = await openKeyFile(keyFile)
  const note = signNote(writeOrder({ act, installation, at: nowText() }), officer.name, signing)
  writeFileSync(resolve(orderFile), note, { flag: 'wx', mode: 0o600, flush: true })
  say(
    `${officer.name} orders ${act} of ${installation}. The order is in ${orderFile} and holds for ${orderLastsHours} hours.`,
  )
  if (act === 'destroy')
    say('With the order of a second officer it destroys everything, for ever. Destroy the file if it is not needed.')
}

/** Checked against the list that lies in the data folder: neither a database nor a program has a say in it. */
export function readOrders(path: string, files: readonly string[], act: Act): Omit<Given, 'by'> {
  const list = readAcceptedOfficers(join(path, 'public'))
  if (!list)
    throw new Refusal(
      'usage',
      'Emergency destruction is not armed: there are not yet two officers. docs/operating/emergency.md',
    )
  const notes = files.map(readSmall)
  const orders = verifyOrders(notes, list, act, new Date())
  return { at: nowText(), installation: list.installation, officers: orders.map(({ officer }) => officer), notes }
}

/** Orders that do not hold are an attempt, which the logs shall show: they stay, since nothing is destroyed. */
function readNoted(path: string, words: readonly string[], say: Say): Omit<Given, 'by'> {
  try {
    return readOrders(path, words, 'destroy')
  } catch (error) {
    try {
      noteUse(path, 'emergency destroy', 'refused')
    } catch (cause) {
      say.trouble(`That the orders do not hold could not be noted for the logs: ${cause}`)
    }
    throw error
  }
}

/** `vartio emergency destroy ORDER ORDER`; without words it carries an order that was given already to its end. */
export async function destroy(words: readonly string[], say: Say): Promise<void> {
  hurry()
  const settings = readSettings(process.env)
  const path = folderOf(settings)
  if (words.length !== 2 && !(words.length === 0 && isOrdered(path)))
    throw new Refusal('usage', 'The orders of two officers are wanted. Usage: vartio emergency destroy ORDER ORDER')
  const order = isOrdered(path) ? readGiven(path) : readNoted(path, words, say)
  try {
    accessSync(path, constants.W_OK)
    accessSync(join(path, 'public'), constants.W_OK)
  } catch (cause) {
    throw new Refusal('folder', `${path} belongs to another user. Run this as that user or as root.`, { cause })
  }
  tell(
    path,
    await carryOut({
      dataFolder: path,
      order,
      destroyTokenRoots: () => destroyTokenRoots(settings),
      dropOutside: () => dropOutside(settings),
      onStep: say,
    }),
    say,
  )
}

/** Before everything else that this machine is doing, where we may. */
function hurry(): void {
  try {
    setPriority(osConstants.priority.PRIORITY_HIGHEST)
  } catch (error) {
    // An ordinary user may not; the machine's load is then shared as ever.
    const { code } = error as { code?: string }
    if (code !== 'ERR_SYSTEM_ERROR') throw error
  }
}

function tell(path: string, report: Report, say: Say): void {
  say(
    `Everything here is destroyed: ${report.keys.length} files of keys and secrets, ${report.backups.length} backups, then the data.`,
  )
  for (const place of report.notReached) say.trouble(`NOT REACHED, to be destroyed by hand: ${place}`)
  say(`The report is in ${join(path, emergencyFolder)}. Nothing was released, and nothing can be brought back.`)
}
