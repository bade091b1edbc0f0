import { text } from 'node:stream/consumers'
import { createPlatform } from '#server/platform'
import { within } from '#server/purpose'
import { wantedCommand } from '#server/terminal'
import { buildPortal, descriptions } from './build.ts'

// Commands of the terminal that touch data or keys: the supervisor runs this once, as the portal's own user, tells the person what it is told, and goes on only if the
// answer is that somebody has confirmed exactly this command.

function refuse(): never {
  throw new Error('this process takes no requests')
}

const say = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`)

const platform = createPlatform({ program: 'portal', descriptions, cookies: [], authorize: refuse })
const { commands } = buildPortal(platform)
const terminal = new AbortController()
// Its end, however it comes, ends the question too: nobody shall confirm what nobody would run.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => terminal.abort())
process.stdout.on('error', () => terminal.abort())
await platform.prepare()
const { wanted, isLive } = JSON.parse(await text(process.stdin)) as { wanted: unknown; isLive: boolean }
const stillThere = setInterval(() => say({ told: {} }), 2_000)
const answer = await within('security', () =>
  commands.ask({
    wanted: wantedCommand.parse(wanted),
    isLive,
    waits: ({ organizationId, expiresAt }) => {
      const link = new URL('/commands', platform.urls.portal)
      link.searchParams.set('organization', organizationId)
      say({ told: { link: link.href, expiresAt: expiresAt.toISOString() } })
    },
    signal: terminal.signal,
  }),
)
clearInterval(stillThere)
say({ answer })
process.stdout.write('', () => process.exit(0))
