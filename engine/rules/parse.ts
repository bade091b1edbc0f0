// Where each rule of a YARA file begins and ends, and what it says of itself. YARA-X judges the rest; this is needed to drop one rule and
// keep its neighbours, to name authors and licences, and to know which files a rule can match at all.

export type ParsedRule = {
  name: string
  /** From `rule` (or what stands before it) to the closing brace. */
  text: string
  /** A global rule decides over all others it is compiled with. */
  isGlobal: boolean
  meta: Readonly<Record<string, string>>
  /** The section of its patterns, as it is written; empty where it has none. */
  patterns: string
  /** Tokens of the condition. */
  condition: readonly string[]
}

export type ParsedFile = { imports: readonly string[]; hasIncludes: boolean; rules: readonly ParsedRule[] }

type Token = { text: string; start: number; end: number }

/** In YARA a slash begins a comment or a regular expression, never a division. */
const tokenPattern =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\[\s\S]|[^"\\\n])*"|\/(?:\\.|[^/\\\n])+\/[is]*|[A-Za-z_][A-Za-z0-9_]*|!=|[$#@!][A-Za-z0-9_]*\*?|0x[0-9A-Fa-f]+|0o[0-7]+|\d+(?:\.\d+)?(?:KB|MB)?|==|<=|>=|<<|>>|\.\.|\S/g

function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  for (const match of source.matchAll(tokenPattern)) {
    const [text] = match
    if (text.startsWith('//') || text.startsWith('/*')) continue
    tokens.push({ text, start: match.index, end: match.index + text.length })
  }
  return tokens
}

/** What does not look like a rule is passed over; a file that is no YARA at all has no rules. */
export function parseRules(source: string): ParsedFile {
  const tokens = tokenize(source)
  const imports = new Set<string>()
  const rules: ParsedRule[] = []
  let hasIncludes = false
  for (let index = 0; index < tokens.length; index++) {
    const word = tokens[index]?.text
    if (word === 'import') imports.add(unquote(tokens[++index]?.text ?? ''))
    else if (word === 'include') hasIncludes = true
    else if (word === 'rule') {
      let open = index + 1
      while (open < tokens.length && tokens[open]?.text !== '{') open += 1
      const close = closing(tokens, open)
      if (close === -1) break
      let first = index
      while (['private', 'global'].includes(tokens[first - 1]?.text ?? '')) first -= 1
      rules.push(readRule(source, tokens, first, index, open, close))
      index = close
    }
  }
  return { imports: [...imports], hasIncludes, rules }
}

function closing(tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let index = open; index < tokens.length; index++) {
    const text = tokens[index]?.text
    if (text === '{') depth += 1
    else if (text === '}' && --depth === 0) return index
  }
  return -1
}

function readRule(
  source: string,
  tokens: readonly Token[],
  first: number,
  word: number,
  open: number,
  close: number,
): ParsedRule {
  const inside = tokens.slice(open + 1, close)
  const texts = inside.map(({ text }) => text)
  const section = (name: string) => texts.findIndex((text, index) => text === name && texts[index + 1] === ':')
  const meta = section('meta')
  const condition = section('condition')
  const patterns = section('strings')
  return {
    name: tokens[word + 1]?.text ?? '',
    text: source.slice(tokens[first]?.start, tokens[close]?.end),
    isGlobal: tokens.slice(first, word).some(({ text }) => text === 'global'),
    meta: meta === -1 ? {} : readMeta(texts.slice(meta + 2)),
    patterns: patterns === -1 ? '' : source.slice(inside[patterns]?.start, inside[condition]?.start),
    condition: condition === -1 ? [] : texts.slice(condition + 2),
  }
}

function readMeta(texts: readonly string[]): Record<string, string> {
  const meta: Record<string, string> = {}
  for (let index = 0; texts[index + 1] === '='; ) {
    const isNegative = texts[index + 2] === '-'
    const value = texts[index + (isNegative ? 3 : 2)] ?? ''
    // A rule may name several authors.
    const key = (texts[index] ?? '').toLowerCase()
    const text = unquote(value)
    meta[key] = meta[key] === undefined || key !== 'author' ? text : `${meta[key]}, ${text}`
    index += isNegative ? 4 : 3
  }
  return meta
}

const unquote = (text: string) => (text.startsWith('"') ? text.slice(1, -1).replace(/\\(["\\])/g, '$1') : text)

export type Gate = 'pe' | 'elf'

const gates: Readonly<Record<string, Gate>> = {
  'uint16(0)==0x5a4d': 'pe',
  '0x5a4d==uint16(0)': 'pe',
  'uint16be(0)==0x4d5a': 'pe',
  'uint32(0)==0x464c457f': 'elf',
  '0x464c457f==uint32(0)': 'elf',
  'uint32be(0)==0x7f454c46': 'elf',
}

/** The links of a condition that is a chain of `and`; undefined for every other. */
function linksOf(condition: readonly string[]): string[][] | undefined {
  const links: string[][] = [[]]
  let depth = 0
  for (const token of condition) {
    if (token === '(' || token === '[') depth += 1
    else if (token === ')' || token === ']') depth -= 1
    if (depth === 0 && token === 'or') return undefined
    if (depth === 0 && token === 'and') links.push([])
    else links.at(-1)?.push(token)
  }
  return links
}

/**
 * The kind of file without which the condition cannot hold: one that begins with MZ, or an ELF. Found only where the condition is a chain of
 * `and` one link of which compares the magic number; whatever is less plain is tried on every file.
 */
export const gateOf = (condition: readonly string[]): Gate | undefined =>
  linksOf(condition)
    ?.map((link) => gates[link.join('').toLowerCase()])
    .find((gate) => gate !== undefined)

/**
 * A rule with the same patterns that asks no module, and matches whatever the rule itself can match: the links of its condition without those
 * that name a module. Modules read the whole structure of a file; with this that is done only for files that are worth it.
 */
export function screenOf(
  { name, patterns, condition }: ParsedRule,
  modules: readonly string[],
): ParsedRule | undefined {
  const kept = linksOf(condition)?.filter((link) => !link.some((token) => modules.includes(token)))
  if (patterns === '' || !kept?.some((link) => link.some((token) => /^[$#@!]|^them$/.test(token)))) return undefined
  // The last link is always true. It names every pattern, since YARA-X refuses rules with patterns that nothing names.
  const tokens = [...kept.flatMap((link) => [...link, 'and']), '(', 'any', 'of', 'them', 'or', 'true', ')']
  const own = `${screenPrefix}${name}`
  return {
    name: own,
    text: `rule ${own} {\n${patterns}\ncondition:\n${tokens.join(' ')}\n}`,
    isGlobal: false,
    meta: {},
    patterns,
    condition: tokens,
  }
}

export const screenPrefix = 'vartio_screen_'
