/** What the text of a statement mentions; more than it reads rather than less. */
export type Mentions = {
  /** `schema.table`, and whether a whole row of it is used as a value. */
  readonly tables: ReadonlyMap<string, { readonly isWhole: boolean }>
  /** `schema.function`. */
  readonly functions: ReadonlySet<string>
  readonly words: ReadonlySet<string>
  /** Somewhere in it stands `*` for the columns of a table: what is worked out of them names none of them. */
  readonly hasEveryColumn: boolean
  /** Its text does not tell what it reads. */
  readonly isHidden: boolean
}

const qualified = /(?<![\w."])("?)([a-z_]\w*)\1\s*\.\s*("?)([a-z_]\w*)\3(\s*\()?/gi
/** Words that follow a table and are no name for it. */
const noAlias = new Set(
  'on using where set select values returning join left right inner outer cross full natural order group limit offset for union default and or as do from'.split(
    ' ',
  ),
)

/**
 * Comments and values tell nothing about what is read; blanks keep the words apart. A quoted name stays: what looks like a comment or a quote in
 * it is none. In E'' a backslash keeps the quote after it from ending the value.
 */
function withoutValues(text: string): string {
  return text.replace(
    /"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|(?<!\w)e'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|(?<![\w$])\$([a-z_]\w*)?\$[\s\S]*?\$\1\$/gi,
    (found) => (found.startsWith('"') ? found : ' '),
  )
}

/** `*` as a column list: of what it is of, it hands on every column without naming one. */
const everyColumn = /\b(?:select|distinct|all|returning|table)\s*(?:[\w.]+\s*\.\s*)?\*|,\s*(?:[\w.]+\s*\.\s*)?\*/

/**
 * What text cannot be followed into: rows of a statement that was prepared or opened by another, statements that are values themselves, names written
 * in numbers, and PostgreSQL's own collections of values.
 */
const hidden = /(?:^|;)\s*(?:execute|fetch|call)\b|\b(?:\w+_to_xml\w*|ts_stat|pg_stats\w*|pg_statistic\w*)\b|\bu&"/

export function readMentions(text: string): Mentions {
  const bare = withoutValues(text).toLowerCase()
  const tables = new Map<string, { isWhole: boolean }>()
  const functions = new Set<string>()
  for (const match of bare.matchAll(qualified)) {
    const [whole, , schema = '', , name = '', call] = match
    const full = `${schema}.${name}`
    // `insert into a.b (…)` looks like a call of a.b.
    const before = bare.slice(0, match.index).trimEnd()
    if (call !== undefined && !/\binto$/.test(before)) {
      functions.add(full)
      continue
    }
    const after = bare.slice(match.index + whole.length)
    const alias = /^\s+(?:as\s+)?"?([a-z_]\w*)/.exec(after)?.[1]
    const names = [name, ...(alias !== undefined && !noAlias.has(alias) ? [alias] : [])]
    const isWhole = tables.get(full)?.isWhole || names.some((one) => isUsedWhole(bare, one))
    tables.set(full, { isWhole })
  }
  return {
    tables,
    functions,
    words: new Set(bare.match(/[a-z_]\w*/g)),
    hasEveryColumn: everyColumn.test(bare),
    isHidden: hidden.test(bare),
  }
}

/** The name of a row as a value (`row_to_json(p)`, `p::text`, `p.*` in brackets) rather than before a column or after its table. */
function isUsedWhole(text: string, name: string): boolean {
  const uses = text.matchAll(new RegExp(`(?<![\\w.])${name}(?![\\w])(\\s*\\.\\s*\\*)?(\\s*\\.)?`, 'g'))
  for (const { index, 1: star, 2: dot } of uses) {
    const before = text.slice(0, index).trimEnd()
    const after = text.slice(index + name.length)
    if (
      star !== undefined
        ? isInBrackets(before) || /^\s*\.\s*\*\s*\)/.test(after)
        : dot === undefined && isValue(before, after)
    )
      return true
  }
  return false
}

const isInBrackets = (before: string) => /\($/.test(before) && !/\b(select|returning)\s*\($/.test(before)

/** After `(`, `,` or a word that begins an expression, or before a cast: a value. After a table it is an alias. */
const isValue = (before: string, after: string) =>
  /^\s*(::|\|\|)/.test(after) ||
  (/[(,|=<>~!@#%^&*+/-]$|\b(select|returning|distinct|and|or|when|then|else)$/.test(before) && !/^\s*\(/.test(after))
