import { askedBySupervisor, programs } from '#architecture'
import { constantText, isNode, type Node, nameOf, readCode, templateText, walk } from './code.ts'
import { areasOf, isTest, placeOf, schemaOf } from './places.ts'
import { lineAt, type Tree, type Violation } from './tree.ts'

// Only the owning area touches its tables. Names in SQL always carry their schema, since the search path is empty.

const everySchema = new Set(Object.keys(programs).flatMap((program) => areasOf(program).map(schemaOf)))

const statement =
  /\b(?:insert\s+into|update|delete\s+from|merge\s+into|copy|truncate(?:\s+table)?|from|join|using|references|on|table|view|schema)\s+(?:only\s+)?("?)([a-z_]+)\1\s*\./gi

/** Every mention of a schema in SQL, with its place in the text. */
export function schemasIn(sql: string, wholeIsSql: boolean): { schema: string; at: number }[] {
  // Comments and string values are no mention; blanks keep the places right.
  const bare = sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g, (text) => text.replace(/[^\n]/g, ' '))
  const found: { schema: string; at: number }[] = []
  const pattern = wholeIsSql ? /(?<![\w."])("?)([a-z_]+)\1\s*\.\s*"?[a-z_]/gi : statement
  for (const match of bare.matchAll(pattern)) {
    const schema = match[2]?.toLowerCase()
    if (schema !== undefined && everySchema.has(schema)) found.push({ schema, at: match.index })
  }
  return found
}

export function checkSql(tree: Tree): Violation[] {
  const found: Violation[] = []
  const judge = (path: string, text: string, offset: number, sql: string, wholeIsSql: boolean) => {
    const place = placeOf(path)
    const own = place.kind === 'area' ? schemaOf(place.area) : undefined
    for (const { schema, at } of schemasIn(sql, wholeIsSql)) {
      if (schema === own) continue
      const name = /^\W*(\w+)"?\s*\.\s*"?(\w+)/.exec(sql.slice(at))
      if (
        place.kind === 'floor' &&
        place.floor === 'supervisor' &&
        name &&
        `${name[1]}.${name[2]}` in askedBySupervisor
      )
        continue
      const who = place.kind === 'area' ? `${place.program}/${place.area}` : place.unit
      found.push({
        path,
        line: lineAt(text, offset + at),
        rule: 'sql',
        what: `${who} touches a table of ${schema}, which only that area may; ask its door`,
      })
    }
  }
  for (const [path, text] of tree) {
    const place = placeOf(path)
    if (path.endsWith('.sql') && place.kind === 'area') judge(path, text, 0, text, true)
  }
  for (const { path, text, program } of readCode(tree).codes) {
    const place = placeOf(path)
    // Tests and tools stand above and may look at the whole database; files of the product and their own tests may not.
    if (place.kind === 'top' || place.kind === 'tables' || place.kind === 'web') continue
    // The supervisor's own tests look at what a backup, a restore or an upgrade has left.
    if (place.kind === 'floor' && place.floor === 'supervisor' && isTest(path)) continue
    const seen = new Set<unknown>()
    walk(program, (node) => {
      if (node.type === 'TaggedTemplateExpression') {
        const quasi = node.quasi as Node
        seen.add(quasi)
        judge(path, text, quasi.start, templateText(quasi), isSqlTag(node.tag))
      } else if (node.type === 'CallExpression' && isSqlTag(node.callee)) {
        // sql('schema.table') as an identifier, tx.unsafe('…').
        for (const argument of node.arguments as unknown[]) {
          if (!isNode(argument)) continue
          const sql =
            constantText(argument) ?? (argument.type === 'TemplateLiteral' ? templateText(argument) : undefined)
          if (sql === undefined) continue
          seen.add(argument)
          judge(path, text, argument.start, sql, true)
        }
      } else if (node.type === 'TemplateLiteral' && !seen.has(node))
        judge(path, text, node.start, templateText(node), false)
      else if (node.type === 'Literal' && typeof node.value === 'string' && !seen.has(node))
        judge(path, text, node.start, node.value, false)
    })
  }
  return found
}

const sqlNames = new Set(['sql', 'tx', 'unsafe', 'transaction'])

const isSqlTag = (node: unknown): boolean => sqlNames.has(nameOf(node) ?? '')
