// The register of clauses is kept outside the project; here are only how many there are of each kind, and what holds them.

/** Kind of clause → its meaning, how many there are, and how many digits a number has. */
export const kinds: readonly [kind: string, meaning: string, count: number][] = [
  ['ID', 'identification, accounts, groups, services', 116],
  ['EP', 'protection of devices', 42],
  ['PW', 'passwords', 7],
  ['SC', 'the Security Cloud', 24],
  ['VPN', 'protected connections', 17],
  ['VM', 'vulnerabilities', 19],
  ['CP', 'protection of mail and cloud files', 28],
  ['SF', 'protection of files in Salesforce', 20],
  ['PCI', 'assessments', 17],
  ['BS', 'the business suite on premises', 17],
  ['MP', 'protection of mobile devices', 11],
  ['PT', 'the portal, partners, support', 26],
  ['AN', 'analytics', 29],
  ['DSR', 'rights of the person', 21],
  ['RT', 'retention', 37],
  ['DI', 'disclosure', 17],
  ['SU', 'support and diagnostics', 10],
  ['PN', 'notices and their change', 8],
]

/** Every mention of a clause in a text. */
export const clausePattern = new RegExp(`\\b(?:${kinds.map(([kind]) => kind).join('|')})-\\d{2,3}\\b`, 'g')

export const everyClause: readonly string[] = kinds.flatMap(([kind, , count]) =>
  Array.from({ length: count }, (_, index) => `${kind}-${String(index + 1).padStart(2, '0')}`),
)
