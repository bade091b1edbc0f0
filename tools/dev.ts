// npm run check | test | journey | conformance | bench | pledges

const commands: Record<string, { does: string; load: () => Promise<{ run(options: string[]): Promise<number> }> }> = {
  check: {
    does: 'types, style, dead code, boundaries, documents; --write writes what is generated',
    load: () => import('./check.ts'),
  },
  test: { does: 'check, every test, every journey', load: () => import('./test.ts') },
  journey: {
    does: 'NAME: drives one journey in a real browser; --screenshots keeps the pages as pictures',
    load: () => import('./journey.ts'),
  },
  conformance: { does: 'SUITE: runs one protocol suite', load: () => import('./conformance.ts') },
  bench: {
    does: 'NAME [--small]: runs one benchmark; its last line is one JSON object',
    load: () => import('./bench.ts'),
  },
  pledges: { does: 'every clause and what holds it', load: () => import('./pledges.ts') },
}

const [name = '', ...options] = process.argv.slice(2)
const command = commands[name]
if (command === undefined) {
  const width = Math.max(...Object.keys(commands).map((known) => known.length))
  for (const [known, { does }] of Object.entries(commands)) console.log(`  npm run ${known.padEnd(width)}  ${does}`)
  process.exitCode = name === '' ? 0 : 2
} else {
  process.exitCode = await (await command.load()).run(options)
}
