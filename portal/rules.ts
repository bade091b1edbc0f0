import { closeSync, fstatSync, readFileSync, writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { AppError } from '#base/errors'
import { isBundle, mostFileBytes, readBundle } from '#engine/bundle'
import { newRuleSet, pieceBytes, setName } from '#portal/rule-sets/api'
import { createPlatform } from '#server/platform'
import { within } from '#server/purpose'
import { buildPortal, descriptions } from './build.ts'

// `vartio rules import` and `vartio rules export`, the portal's half. The supervisor runs this once, as the portal's own user, and hands over the file open:
// so a file of whoever calls needs no right of ours, and what is asked goes the way that the page goes.

const file = 3
const by = { actor: { kind: 'command', name: 'rules' } } as const
const asked = z.union([
  z.object({ do: z.literal('export'), set: z.string().optional() }),
  z.object({
    do: z.literal('import'),
    key: z.string().optional(),
    name: z.string().optional(),
    licence: z.string().optional(),
    author: z.string().optional(),
    /** Whether there is anybody to make it ready now. */
    waits: z.boolean(),
  }),
])

const say = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`)

class Refused extends Error {}

function refuseCalls(): never {
  throw new Error('this process takes no requests')
}

const platform = createPlatform({ program: 'portal', descriptions, cookies: [], authorize: refuseCalls })
const { organizations, ruleSets } = buildPortal(platform)

async function exportSet(provider: string, wanted: string | undefined) {
  const ready = (await ruleSets.list(provider)).sets.filter(({ version }) => version > 0).map(({ name }) => name)
  const set = wanted ?? (ready.length === 1 ? ready[0] : undefined)
  if (set === undefined)
    throw new Refused(ready.length === 0 ? 'No rule set is ready.' : `Say which rule set: ${ready.join(', ')}.`)
  if (!ready.includes(set))
    throw new Refused(`No rule set of this name is ready. There are: ${ready.join(', ') || 'none'}.`)
  const bundle = await ruleSets.export(provider, set, by)
  writeFileSync(file, bundle)
  return { set, bytes: bundle.length, key: (await ruleSets.list(provider)).key }
}

async function importSet(provider: string, wanted: Extract<z.output<typeof asked>, { do: 'import' }>) {
  if (fstatSync(file).size > mostFileBytes) throw new Refused('The file is larger than a rule set may be.')
  const content = readFileSync(file)
  closeSync(file)
  const about = aboutOf(content, wanted)
  const there = (await ruleSets.list(provider)).sets.find(({ name }) => name === about.name)
  if (there && !['ready', 'failed'].includes(there.state))
    throw new Refused('A rule set of this name is just being made ready. Try again when it is.')
  if (isBundle(content)) ruleSets.verifyBrought(content, wanted.key)
  if (!there) await ruleSets.add(provider, about, by)
  const pieces = Math.ceil(content.length / pieceBytes)
  for (let number = 0; number < pieces; number += 1)
    await ruleSets.takePiece(
      provider,
      about.name,
      number,
      content.subarray(number * pieceBytes, (number + 1) * pieceBytes),
    )
  await ruleSets.takeBrought(provider, about.name, { pieces, ...(wanted.key ? { key: wanted.key } : {}) }, by)
  while (wanted.waits) {
    await pause(500)
    const { state, why, step, done, outOf, rules, skippedCount } = await ruleSets.read(provider, about.name)
    if (state === 'failed') throw new Refused(`The rule set could not be made ready (${why}).`)
    if (state === 'ready') return { set: about.name, rules, skipped: skippedCount }
    say({ told: { step, done, outOf } })
  }
  return { set: about.name }
}

/** A bundle says itself what it is, under a signature; of plain rules whoever brings them does. */
function aboutOf(
  content: Buffer,
  {
    name,
    licence,
    author,
    key,
  }: { name?: string | undefined; licence?: string | undefined; author?: string | undefined; key?: string | undefined },
) {
  const isSigned = isBundle(content)
  if (isSigned && key === undefined)
    throw new Refused(
      'This is a signed bundle. Give the key of the Vartio it comes from; its page of rule sets and its vartio rules export show it.',
    )
  if (!isSigned && (name === undefined || licence === undefined))
    throw new Refused('These are plain rules. Say what to call the rule set, and under which licence it is published.')
  const told = isSigned ? readBundle(content, 'kept').about : undefined
  const given = told
    ? { name: told.set, title: told.set, licence: told.licence, author: told.author, isRealTime: told.isRealTime }
    : { name, title: name, licence, author, isRealTime: true }
  const read = newRuleSet.safeParse(given)
  if (read.success) return read.data
  throw new Refused(
    setName.safeParse(given.name).success
      ? 'Licence and author are a line of text each.'
      : 'The name is a word of small letters, digits, dots and hyphens.',
  )
}

try {
  await platform.prepare()
  const wanted = asked.parse(JSON.parse(await text(process.stdin)))
  const answer = await within('service', async () => {
    const provider = await organizations.findProvider(platform.database.sql)
    if (provider === undefined)
      throw new Refused('This Vartio has not been set up yet: nobody could have chosen rule sets.')
    return wanted.do === 'export' ? exportSet(provider, wanted.set) : importSet(provider, wanted)
  })
  say({ answer })
} catch (error) {
  if (!(error instanceof Refused) && !(error instanceof AppError && error.status < 500)) throw error
  say({ answer: { refused: error.message } })
}
process.stdout.write('', () => process.exit(0))
