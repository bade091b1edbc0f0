import { createPrivateKey } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashToken } from '#base/ids'
import { createCallKey } from '#server/call-keys'
import { connect } from '#server/database'
import { createAuthenticator } from '#tests/authenticator'
import { makeDatabase } from '#tests/database'
import { startMortalPostgres } from '#tests/postgres'
import { makeClientKey } from '#tests/service'
import { findPorts } from '#tests/vartio'
import { byNothing, byPasskey, byUpstream, createAsking, type Person, type Way } from './sign-in/people.ts'
import { cpuOf, cpuOfServer, leaveMeasuredCore, type Program, startProgram } from './sign-in/processes.ts'
import { countMentions, whatIsLeft } from './sign-in/rows.ts'
import { marker, startUpstream } from './sign-in/upstream.ts'

// Complete sign-ins at a service of another: from its request to an ID token that it has verified. The program is identity as it runs, over a PostgreSQL that waits for
// the disk, behind a proxy that ends TLS; it has one core, and the database, the load and everything else the other. A sign-in counts as many milliseconds of that core
// as the process with all its threads took, so other work on the machine does not count; what PostgreSQL took besides is told for each round.
//
// identification: somebody without an account, by an upstream; seven requests. Without an account there is no passkey of ours to show; the proof is the upstream's
//   signed answer. We ask it over HTTP with an assertion we sign, and verify its ID token; the upstream itself runs with the load. Release page, entry in the technical log.
// account: by a passkey, verified; seven requests. Session, release page, entry in the technical log, pairwise subject.
// bare: bare.ts, the library with a plain adapter; eight requests: the four of the protocol, and a page and its button for each of its prompts, login and consent.
// All three: PKCE, private_key_jwt, ES256, the same claims.
//
// They take turns, in the other order each time, and ratios are of turns beside each other.
const isSmall = process.argv.includes('--small')
const rounds = isSmall ? 1 : 7
/** Sign-ins of one turn, and how many of them are under way at once. */
const signInsATurn = isSmall ? 40 : 400
const warmUps = isSmall ? 2 : 8
const atOnce = 16
const crowd = isSmall ? 200 : 1_000
/** As many as are in the crowd by their passkeys: whoever signs in twice at the same moment does so out of the order of the authenticator's counter. */
const people = crowd / 2

leaveMeasuredCore()
const folder = mkdtempSync(join(tmpdir(), 'vartio-bench-'))
const postgres = await startMortalPostgres()
const [made, keyStore] = [await makeDatabase(postgres, 'identity'), await makeDatabase(postgres, 'identity', 'keys')]
const server = { host: postgres.socketFolder, port: 5432, user: postgres.adminUser }
const programs: Program[] = []

const origin = 'https://id.localhost'
const callback = 'https://library.example/callback'
const upstream = await startUpstream()
const key = await makeClientKey()
const service = { callback, privateKey: key.privateKey as never, kid: key.publicJwk.kid }

async function startIdentity(port: number) {
  const own = join(folder, 'identity')
  mkdirSync(own)
  createCallKey(own, join(folder, 'public'), 'identity')
  const address = { host: made.socketFolder, port: 5432, database: made.name, user: 'identity' }
  writeFileSync(join(own, 'database.json'), JSON.stringify(address))
  const keys = { ...address, database: keyStore.name, user: 'identity_keys' }
  writeFileSync(join(own, 'key-store.json'), JSON.stringify(keys))
  writeFileSync(join(own, 'inbox-key-hash'), hashToken('nobody').toString('hex'))
  writeFileSync(join(folder, 'public', 'portal.client.jwk.json'), JSON.stringify((await makeClientKey()).publicJwk))
  const asked = join(folder, 'identity.json')
  writeFileSync(asked, JSON.stringify({ people, issuer: upstream.issuer, callback, key: key.publicJwk }))
  const program = await startProgram(
    'identity.ts',
    {
      BENCH_SIGN_IN: asked,
      VARTIO_PORT: String(port),
      VARTIO_PROGRAM_FOLDER: own,
      VARTIO_PUBLIC_FOLDER: join(folder, 'public'),
      VARTIO_LOG_LEVEL: 'warn',
      VARTIO_IDENTITY_URL: origin,
      VARTIO_PORTAL_URL: 'https://portal.localhost',
      VARTIO_PRIVACY_URL: 'https://privacy.localhost',
      VARTIO_CLOUD_URL: 'https://cloud.localhost',
      VARTIO_PROXY: '127.0.0.1',
    },
    /^\{"credentials".*\}$/m,
  )
  programs.push(program)
  const { credentials } = JSON.parse(/^\{"credentials".*\}$/m.exec(program.said)?.[0] ?? '') as {
    credentials: { id: string; rpId: string; userHandle: string; privateKey: string }[]
  }
  const authenticator = createAuthenticator(origin)
  for (const { id, privateKey, ...about } of credentials)
    authenticator.credentials.push({
      ...about,
      id: Buffer.from(id, 'base64url'),
      privateKey: createPrivateKey(privateKey),
      count: 0,
    })
  return { program, authenticator }
}

async function startBare(port: number): Promise<Program> {
  const root = connect({ ...server, database: 'postgres' }, 1)
  await root`create database plain`
  await root.end()
  const asked = join(folder, 'bare.json')
  const database = { host: postgres.socketFolder, database: 'plain', user: postgres.adminUser }
  writeFileSync(asked, JSON.stringify({ ...database, port, issuer: origin, callback, key: key.publicJwk }))
  const program = await startProgram('bare.ts', { BENCH_SIGN_IN: asked }, /listens/)
  programs.push(program)
  return program
}

async function signIn(way: Way, person: Person): Promise<void> {
  for (const [, take] of way.steps) await take(person)
}

async function many(count: number, most: number, run: (number: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) {
      next += 1
      await run(next)
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, count) }, worker))
}

type Turn = { perCore: number; perSecond: number; cpuMs: number; databaseMs: number }

/** So many complete sign-ins, and the time of the measured core that they took. */
async function turn(program: Program, way: Way): Promise<Turn> {
  const before = { cpu: cpuOf(program.pid), database: cpuOfServer(postgres.dataFolder), at: performance.now() }
  await many(signInsATurn, atOnce, () => signIn(way, way.newPerson()))
  const cpuMs = (cpuOf(program.pid) - before.cpu) / signInsATurn
  const databaseMs = (cpuOfServer(postgres.dataFolder) - before.database) / signInsATurn
  const perSecond = (signInsATurn * 1_000) / (performance.now() - before.at)
  return { perCore: 1_000 / cpuMs, perSecond, cpuMs, databaseMs }
}

/** Everybody takes one step before anybody takes the next, so that its time can be told. */
async function steps(program: Program, way: Way): Promise<Record<string, number>> {
  const all = Array.from({ length: isSmall ? 40 : 600 }, () => way.newPerson())
  const times: Record<string, number> = {}
  for (const [name, take] of way.steps) {
    const before = cpuOf(program.pid)
    await many(all.length, atOnce, (number) => take(all[number - 1]!))
    times[name] = Number(((cpuOf(program.pid) - before) / all.length).toFixed(2))
  }
  return times
}

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b)
const median = (values: readonly number[]) => sorted(values)[Math.floor(values.length / 2)] ?? Number.NaN
const p99 = (values: readonly number[]) => Math.round(sorted(values)[Math.ceil(values.length * 0.99) - 1] ?? Number.NaN)
const round = (value: number, digits = 2) => Number(value.toFixed(digits))

try {
  const port = await findPorts(5)
  const { program: identity, authenticator } = await startIdentity(port)
  const bareProgram = await startBare(port + 4)
  const plain = connect({ ...server, database: 'plain' }, 1)
  const ours = await createAsking(port, origin, { auth: '/oidc/auth', token: '/oidc/token', keys: '/oidc/keys' })
  const reference = await createAsking(port + 4, origin, { auth: '/auth', token: '/token', keys: '/jwks' })
  const ways = {
    identification: [identity, byUpstream(ours, service, upstream, marker)],
    account: [identity, byPasskey(ours, service, authenticator)],
    bare: [bareProgram, byNothing(reference, service)],
  } as const
  type Name = keyof typeof ways
  const names = Object.keys(ways) as Name[]
  let completed = 0
  const counted = (count: number) => {
    completed += count
  }

  // Without counting: code is compiled, which of a program that is large takes thousands of requests, connections to the database are open, what is kept for a while is kept.
  for (let number = 0; number < warmUps; number += 1)
    for (const name of names) {
      await turn(...ways[name])
      if (name !== 'bare') counted(signInsATurn)
    }
  // As PostgreSQL does by itself within minutes: until then it goes by plans of tables that were empty.
  await made.admin`analyze`
  await plain`analyze`
  for (const name of names) {
    const [program, way] = ways[name]
    await turn(program, way)
    if (name !== 'bare') counted(signInsATurn)
  }

  const measured: Record<Name, Turn>[] = []
  for (let number = 0; number < rounds; number += 1) {
    const order = number % 2 === 0 ? names : names.toReversed()
    const turns = {} as Record<Name, Turn>
    for (const name of order) turns[name] = await turn(...ways[name])
    measured.push(turns)
    counted(2 * signInsATurn)
    const told = names.map((name) => {
      const { perCore, perSecond, cpuMs, databaseMs } = turns[name]
      return `${name} ${round(perCore, 0)}/s of a core (${round(perSecond, 0)}/s by the wall, ${round(cpuMs)} ms and ${round(databaseMs)} ms of PostgreSQL)`
    })
    console.error(`round ${number + 1}: ${told.join('; ')}`)
  }

  const byStep = {} as Record<Name, Record<string, number>>
  for (const name of names) byStep[name] = await steps(...ways[name])
  counted(2 * (isSmall ? 40 : 600))

  const left = await whatIsLeft(made.admin, () =>
    many(50, atOnce, () => signIn(ways.identification[1], ways.identification[1].newPerson())),
  )
  counted(50)

  await plain.end()

  // Everybody at once, nobody pauses to read.
  ours.latencies.length = 0
  const whole: number[] = []
  await many(crowd, crowd, async (number) => {
    const way = ways[number % 2 === 0 ? 'identification' : 'account'][1]
    const began = performance.now()
    await signIn(way, way.newPerson())
    whole.push(performance.now() - began)
  })
  counted(crowd)
  console.error('left behind by 50 identifications:', JSON.stringify(left))
  // The technical log names nobody; a row each for continuing and for the hand-over, in the partition of the day.
  const rowsLeft = Object.entries(left)
    .filter(([table]) => !table.startsWith('release.log_'))
    .reduce((sum, [, rows]) => sum + rows, await countMentions(made.admin, [marker, marker.toLowerCase()]))
  const [logged] = await made.admin<{ count: number }[]>`
    select count(*)::int as count from release.log where what in ('continued', 'handed-over')`

  const ratio = (name: Name) => round(median(measured.map((turns) => turns[name].perCore / turns.bare.perCore)), 3)
  const per = (name: Name) => Math.round(median(measured.map((turns) => turns[name].perCore)))
  const figures = { ratio: ratio('identification'), ratioAccount: ratio('account') }
  const lost = 2 * completed - (logged?.count ?? 0)
  console.log(
    JSON.stringify({
      perSecond: per('identification'),
      perSecondAccount: per('account'),
      bare: per('bare'),
      ...figures,
      cpuMs: byStep,
      p99Ms: p99(ours.latencies),
      p99SignInMs: p99(whole),
      rowsLeft,
      lost,
    }),
  )
  const isMet = figures.ratio >= 0.8 && figures.ratioAccount >= 0.65
  // An answer that is not as it should be has ended it before.
  if (rowsLeft > 0 || lost !== 0 || (!isSmall && !isMet)) process.exitCode = 1
} finally {
  for (const program of programs) await program.stop()
  upstream.stop()
  await made.drop()
  await keyStore.drop()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
process.exit(process.exitCode ?? 0)
