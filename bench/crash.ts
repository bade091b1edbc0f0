import { randomInt } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectAdmin } from '#supervisor/postgres'
import { isRunning, type ProcessMark } from '#supervisor/processes'
import { openDataFolder } from '#tests/data-folder'
import { makeFirstAdministrator } from '#tests/first-administrator'
import { findPorts, type RunningVartio, startVartio } from '#tests/vartio'

// kill -9 of a random program, of PostgreSQL, or of the supervisor, while people are being invited over HTTP. One invitation is three rows of
// three areas (invitation, letter, audit) in one transaction. What the portal has answered for must be there, whole and once.
//
// A writer repeats its number until it has an answer, as a person presses the button again. "Already invited" is an answer: an earlier attempt
// was kept and only its answer was lost.

const isSmall = process.argv.includes('--small')
const rounds = isSmall ? 10 : 200
const leastWrites = isSmall ? 40 : 1_000
const writers = 4

const folder = mkdtempSync(join(tmpdir(), 'vartio-bench-crash-'))
// As root the programs' own users pass through it to their data.
chmodSync(folder, 0o711)
const data = join(folder, 'data')
const port = await findPorts(5)
// The bench plays the proxy in front of Vartio: each invitation comes from another address, so the limit of rate, which is not what is measured
// here, does not slow it.
const environment = {
  VARTIO_PORT: String(port),
  VARTIO_PROXY: '127.0.0.1',
  // Nobody listens there: every letter waits and can be counted. The inbox page would keep only the newest.
  VARTIO_SMTP_URL: `smtp://127.0.0.1:${port + 4}`,
}
const start = () => startVartio({ folder: data, environment })

let vartio: RunningVartio = await start()
const marks = () =>
  JSON.parse(readFileSync(join(data, 'running.json'), 'utf8')) as Record<string, ProcessMark | undefined>

const { organizationId, cookie } = await makeFirstAdministrator(data)

const agent = new Agent({ keepAlive: true, maxSockets: writers })
const addressOf = (number: number) => `write-${number}@example.fi`

type Answer = { status: number; body: string }

/** Undefined when the connection broke before an answer came: nobody knows then whether it was kept. */
function invite(number: number): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const sent = request(
      {
        agent,
        host: '127.0.0.1',
        port: port + 1,
        method: 'POST',
        path: `/api/organizations/${organizationId}/invitations`,
        timeout: 10_000,
        headers: {
          host: `portal.localhost:${port + 1}`,
          cookie,
          'content-type': 'application/json',
          'x-forwarded-for': `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`,
        },
      },
      (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk
        })
        response.on('close', () => resolve(response.complete ? { status: response.statusCode ?? 0, body } : undefined))
      },
    )
    sent.on('timeout', () => sent.destroy())
    sent.on('error', () => resolve(undefined))
    sent.end(JSON.stringify({ email: addressOf(number), roles: ['viewer'], language: 'fi' }))
  })
}

let next = 0
let isWriting = true
const acknowledged: number[] = []

async function write(): Promise<void> {
  while (isWriting) {
    const number = next++
    for (;;) {
      const answer = await invite(number)
      if (answer?.status === 200 || (answer?.status === 409 && answer.body.includes('already_invited'))) break
      // Anything else than "not now" is a fault of the bench or of the portal, and no crash excuses it.
      if (answer && answer.status < 500 && answer.status !== 429)
        throw new Error(`the portal answered ${answer.status}: ${answer.body}`)
      await sleep(25)
    }
    acknowledged.push(number)
    await sleep(10)
  }
}

async function isReady(): Promise<boolean> {
  const answers = await Promise.all(
    [port, port + 1].map((each) =>
      fetch(`http://127.0.0.1:${each}/health/ready`).then(
        ({ status }) => status === 200,
        () => false,
      ),
    ),
  )
  return answers.every(Boolean)
}

async function untilReady(): Promise<void> {
  const late = performance.now() + 90_000
  while (!(await isReady())) {
    if (performance.now() > late) throw new Error(`Vartio did not come back. It said:\n${vartio.said().slice(-3_000)}`)
    await sleep(25)
  }
}

/** Ends one of them without a word and waits until all is well again. */
async function crash(): Promise<string> {
  const victim = (['supervisor', 'portal', 'portal', 'postgres', 'postgres', 'identity'] as const)[
    randomInt(6)
  ] as string
  if (victim === 'supervisor') {
    // Now and then with PostgreSQL in the same moment: everything at once, as a power loss would.
    const postgres = randomInt(2) === 0 ? marks().postgres : undefined
    process.kill(vartio.pid, 'SIGKILL')
    if (postgres && isRunning(postgres)) process.kill(postgres.pid, 'SIGKILL')
    await vartio.stop()
    vartio = await start()
  } else {
    const mark = marks()[victim]
    if (!mark || !isRunning(mark)) return 'nobody'
    process.kill(mark.pid, 'SIGKILL')
  }
  await untilReady()
  await freshenPasskey()
  return victim
}

/** PostgreSQL may have been the last to be ended, and be on its way back. */
async function connectWhenBack(): Promise<ReturnType<typeof connectAdmin>> {
  const late = performance.now() + 60_000
  for (;;) {
    const sql = connectAdmin(join(data, 'run'), 'portal')
    try {
      await sql`select 1`
      return sql
    } catch (error) {
      await sql.end()
      if (performance.now() > late) throw error
      await sleep(100)
    }
  }
}

/** Whoever invites has used their passkey within five minutes; the whole run takes longer. */
async function freshenPasskey(): Promise<void> {
  const sql = await connectWhenBack()
  await sql`update sessions.session set signed_in_at = now(), ends_at = now() + interval '8 hours'`
  await sql.end()
}

/** Looks past the walls at what is really there. */
async function count(): Promise<{ lost: number; doubled: number }> {
  const sql = await connectWhenBack()
  const portal = openDataFolder(data, 'portal')
  type Invitation = { organization_id: string; invitation_id: string; sealed: Buffer; records: number }
  const invitations = await sql<Invitation[]>`
    with records as (select target_id, count(*)::int as n from audit.record where action = 'invitations.created' group by target_id)
    select i.organization_id, i.invitation_id, i.sealed, coalesce(r.n, 0) as records
    from invitations.invitation i left join records r on r.target_id = i.invitation_id`
  type Letter = { letter_id: string; written_at: Date; sealed: Buffer }
  const letters = await sql<Letter[]>`select letter_id, written_at, sealed from mail.letter`
  await sql.end()
  // What was kept must also open: each row by its own key.
  const invited = await portal.sealer('invitations.invitation').open(invitations, ['email'])
  const written = await portal.sealer('mail.letter').open(letters, ['recipient'])
  await portal.close()
  const found = new Map<string, { invitations: number; letters: number; records: number }>()
  for (const [at, { records }] of invitations.entries()) {
    const email = String(invited[at]?.email)
    const before = found.get(email)
    found.set(email, {
      invitations: (before?.invitations ?? 0) + 1,
      letters: 0,
      records: (before?.records ?? 0) + records,
    })
  }
  for (const { recipient } of written) {
    const row = found.get(String(recipient))
    if (row) row.letters += 1
  }
  const isWhole = (row: { invitations: number; letters: number; records: number } | undefined) =>
    row !== undefined && row.letters >= row.invitations && row.records >= row.invitations
  return {
    lost: acknowledged.filter((number) => !isWhole(found.get(addressOf(number)))).length,
    doubled: [...found.values()].filter((row) => row.invitations > 1 || row.letters > 1 || row.records > 1).length,
  }
}

const victims: Record<string, number> = {}
let done = 0
try {
  const writing = Promise.all(Array.from({ length: writers }, write))
  // A writer's fault ends the bench at once, and is not an unhandled one.
  const fault = writing.then(
    () => undefined,
    (error: unknown) => {
      isWriting = false
      return error
    },
  )
  while (done < rounds && isWriting) {
    // At any point of a request: before it came, while it is carried out, after its commit.
    await sleep(randomInt(20, 300))
    const victim = await crash()
    if (victim === 'nobody') continue
    victims[victim] = (victims[victim] ?? 0) + 1
    done += 1
    if (done % 20 === 0) console.log(`${done} rounds, ${acknowledged.length} writes`)
  }
  isWriting = false
  const error = await fault
  if (error) throw error
  const { lost, doubled } = await count()
  console.log(
    `ended: ${Object.entries(victims)
      .map(([name, times]) => `${name} ${times} times`)
      .join(', ')}`,
  )
  if (lost > 0 || doubled > 0 || done < rounds || acknowledged.length <= leastWrites) process.exitCode = 1
  console.log(JSON.stringify({ rounds: done, writes: acknowledged.length, lost, doubled }))
} finally {
  agent.destroy()
  await vartio.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}
