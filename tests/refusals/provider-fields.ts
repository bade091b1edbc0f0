import { describedColumns, fieldsOf } from '#server/describe'
import type { Recipient } from '#server/vocabulary'
import { described } from '../../tools/register.ts'
import { readTree } from '../../tools/tree.ts'

// What is the provider's alone, worked out from what is there, so that nobody has to remember to list it: areas of the portal that refuse everybody
// else, what these ask other programs for, and who the descriptions say sees it.

const tree = readTree()

/** Areas of the portal that refuse whoever is not of the provider. Devices and organisations are everybody's, but for one thing each. */
export const providerAreas: readonly string[] = [...tree].flatMap(([path, text]) => {
  const area = /^portal\/([a-z-]+)\/errors\.ts$/.exec(path)?.[1]
  return area && /'[a-z_]+\.provider_only'/.test(text) && !/^(devices|organizations)$/.test(area) ? [area] : []
})

/** Schemas behind these areas, as `program.schema`: their own, and those of areas of other programs that they call. */
export const behind: ReadonlySet<string> = new Set(
  providerAreas.flatMap((area) => [
    `portal.${area.replaceAll('-', '_')}`,
    ...[...tree]
      .filter(([path]) => path.startsWith(`portal/${area}/`) && !path.endsWith('.test.ts'))
      .flatMap(([, text]) => [...text.matchAll(/\/calls\/([a-z-]+)\//g)].map(([, called]) => called ?? ''))
      .flatMap((called) =>
        Object.keys(described)
          .filter((program) => program !== 'portal' && tree.has(`${program}/${called}/data.ts`))
          .map((program) => `${program}.${called.replaceAll('-', '_')}`),
      ),
  ]),
)

const isStaff = (who: Recipient) => /^(administrator|privacy officer|provider)$/.test(who)
const isStaffOnly = (seenBy: readonly Recipient[]) =>
  seenBy.some(isStaff) && seenBy.every((who) => isStaff(who) || who === 'nobody')
const isNumberOrTime = (what: string | undefined) => /^pd:(UID|Historical)$/.test(what ?? '')

/** Whether a column can hold words at all: no number, time or hash, and no word of a closed list. By the committed schema. */
function isFreeText(program: string, schema: string, table: string, column: string): boolean {
  const block = tree
    .get(`${program}/schema.sql`)
    ?.split('\n\n')
    .find((one) => one.startsWith(`table ${schema}.${table} (`))
  if (block === undefined) throw new Error(`${schema}.${table} is not in ${program}/schema.sql`)
  const isText = new RegExp(`^ {2}${column} (text|jsonb)\\b`, 'm').test(block)
  return isText && !new RegExp(`CHECK \\(\\(+${column} (= ANY|<@) `).test(block)
}

/**
 * Each as `program.schema.table.field`. Behind the provider's areas: what tells something of a person and is seen by staff alone, and whatever else
 * could hold words of somebody. Anywhere: what is said to be seen by the provider and nobody else.
 */
export const providerFields: readonly string[] = Object.entries(described).flatMap(([program, descriptions]) =>
  descriptions.flatMap((description) => {
    const { schema, tables } = description
    const isBehind = behind.has(`${program}.${schema}`)
    const isText = (table: string, name: string) => isFreeText(program, schema, table, name)
    const personal = fieldsOf(description).filter(
      ({ table, name, what, isSealed, seenBy = [] }) =>
        seenBy.includes('provider') ||
        (isBehind && isStaffOnly(seenBy) && (isSealed || (!isNumberOrTime(what) && isText(table, name)))),
    )
    const others = Object.entries(isBehind ? tables : {}).flatMap(([table, about]) =>
      describedColumns(about).flatMap((name) => {
        const said = about.columns[name]
        const isOurs = typeof said !== 'string' || /words? of (ours|a closed list)/.test(said)
        return !isOurs && isText(table, name) ? [{ table, name }] : []
      }),
    )
    return [...personal, ...others].map(({ table, name }) => `${program}.${schema}.${table}.${name}`)
  }),
)
