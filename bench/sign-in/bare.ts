import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import Provider, { type Adapter, type AdapterPayload } from 'oidc-provider'
import postgres from 'postgres'

// The reference: oidc-provider with nothing of ours. Its adapter is the plain one: each record is one row of JSON that anybody reads who reads the table, with
// the columns and indexes of oidc.sealed, logged and committed as ours are. It believes whoever asks: nobody shows who they are, nothing is
// checked and nothing is written of what was released. Login and consent are two prompts, as the library has them unless somebody changes it, and
// each is a page with a button, since nobody signs in or agrees without being asked: the library's own way, a GET that shows and a POST that goes on. The
// pages are as small as pages get; those that the library brings for trying out are larger.
const asked = JSON.parse(readFileSync(process.env.BENCH_SIGN_IN ?? '', 'utf8')) as {
  host: string
  database: string
  user: string
  port: number
  issuer: string
  callback: string
  key: Record<string, unknown>
}
const sql = postgres({
  host: asked.host,
  port: 5432,
  database: asked.database,
  username: asked.user,
  max: 10,
  onnotice: () => undefined,
})
await sql`
  create table if not exists plain (
    id text primary key, model text not null, payload jsonb not null, uid text, grant_id text, session_uid text,
    expires_at timestamptz not null, consumed_at timestamptz)`
await sql`create index if not exists plain_expiry on plain (expires_at)`
await sql`create index if not exists plain_uid on plain (uid) where uid is not null`
await sql`create index if not exists plain_grant on plain (grant_id) where grant_id is not null`
await sql`create index if not exists plain_session on plain (session_uid) where session_uid is not null`

type Row = { payload: AdapterPayload; consumed_at: Date | null }
const read = (row: Row | undefined) =>
  row?.consumed_at ? { ...row.payload, consumed: Math.floor(row.consumed_at.getTime() / 1_000) } : row?.payload

const adapter = (model: string): Adapter => {
  const place = (id: string) => `${model} ${id}`
  return {
    async upsert(id, payload, expiresIn = 60) {
      const expiresAt = new Date(Date.now() + expiresIn * 1_000)
      await sql`
        insert into plain (id, model, payload, uid, grant_id, session_uid, expires_at)
        values (${place(id)}, ${model}, ${sql.json(payload as never)}, ${model === 'Session' ? (payload.uid ?? null) : null},
          ${payload.grantId ?? null}, ${payload.sessionUid ?? null}, ${expiresAt})
        on conflict (id) do update set payload = excluded.payload, uid = excluded.uid, grant_id = excluded.grant_id,
          session_uid = excluded.session_uid, expires_at = excluded.expires_at`
    },
    async find(id) {
      const [row] = await sql<Row[]>`
        select payload, consumed_at from plain where id = ${place(id)} and expires_at > now()`
      return read(row)
    },
    async findByUid(uid) {
      const [row] = await sql<Row[]>`select payload, consumed_at from plain where uid = ${uid} and expires_at > now()`
      return read(row)
    },
    findByUserCode: async () => undefined,
    async consume(id) {
      await sql`update plain set consumed_at = now() where id = ${place(id)} and consumed_at is null`
    },
    async destroy(id) {
      await sql`delete from plain where id = ${place(id)}`
    },
    async revokeByGrantId(grantId) {
      await sql`delete from plain where grant_id = ${grantId}`
    },
  }
}

const { privateKey } = await generateKeyPair('ES256', { extractable: true })
const provider = new Provider(asked.issuer, {
  adapter,
  clients: [
    {
      client_id: 'library',
      redirect_uris: [asked.callback],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'private_key_jwt',
      id_token_signed_response_alg: 'ES256',
      scope: 'openid email profile',
      jwks: { keys: [asked.key as never] },
    },
  ],
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'one' } as never] },
  claims: { openid: ['sub'], profile: ['name', 'locale'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: false } },
  enabledJWA: { clientAuthSigningAlgValues: ['ES256'], idTokenSigningAlgValues: ['ES256'] },
  ttl: { Session: 28_800, Interaction: 3_600, Grant: 28_800, AuthorizationCode: 60, AccessToken: 60, IdToken: 3_600 },
  cookies: { keys: ['bench'] },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: async (_ctx, accountId) => ({
    accountId,
    claims: async () => ({
      sub: accountId,
      name: 'Aino Mitattu',
      locale: 'fi',
      email: 'aino@bench.example',
      email_verified: true,
    }),
  }),
})
provider.proxy = true
const carry = provider.callback()
let people = 0
const page = (about: string) =>
  `<!doctype html><html lang="en"><title>Sign in</title><p>${about}</p><form method="post"><button>Continue</button></form></html>`

const server = createServer(async (request, response) => {
  if (!request.url?.startsWith('/interaction/')) return carry(request, response)
  try {
    const { prompt, session, params } = await provider.interactionDetails(request, response)
    if (request.method === 'GET') {
      const about = prompt.name === 'login' ? String(params.client_id) : `${params.client_id}: ${params.scope}`
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
        .end(page(about))
      return
    }
    request.resume()
    if (prompt.name === 'login') {
      people += 1
      return await provider.interactionFinished(request, response, { login: { accountId: `person-${people}` } })
    }
    const grant = new provider.Grant({ accountId: session!.accountId, clientId: String(params.client_id) })
    grant.addOIDCScope(String(params.scope))
    await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
  } catch (error) {
    console.error(error)
    response.writeHead(500).end()
  }
})
server.listen(asked.port, '127.0.0.1', () => process.stdout.write('listens\n'))
process.once('SIGTERM', () => process.exit(0))
