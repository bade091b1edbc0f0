import { createHash, randomBytes } from 'node:crypto'
import { type CryptoKey, createLocalJWKSet, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose'
import { Pool } from 'undici'
import type { Authenticator } from '#tests/authenticator'

/** One person with one browser in the middle of one sign-in at the service. */
export type Person = {
  readonly from: string
  readonly cookies: Map<string, { name: string; value: string; path: string }>
  readonly verifier: string
  readonly nonce: string
  readonly credential: Authenticator['credentials'][number] | undefined
  /** Where they are, or are led next. */
  at: string
  event: string
  challenge: string
  code: string
}

type Step = readonly [name: string, take: (person: Person) => Promise<void>]

/** What a browser, an authenticator and the service do, as a table of steps; all of it outside the measured process. */
export type Way = { readonly steps: readonly Step[]; newPerson(): Person; close(): Promise<void> }

export type Service = { readonly callback: string; readonly privateKey: CryptoKey; readonly kid: string }

const leadsTo = /content="0;url=([^"]*)"/

export type Asked = Awaited<ReturnType<typeof createAsking>>

/** How the three ways ask: like a proxy that ends TLS, on connections that stay open, each person from an address of their own. */
export async function createAsking(port: number, origin: string, paths: { auth: string; token: string; keys: string }) {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1_200, pipelining: 1 })
  const host = new URL(origin).host
  let addresses = 0
  let redeemed = 0
  // 1,200 requests a minute may come from one address: as many services ask as it takes.
  const serverOfService = () => `10.255.1.${(redeemed++ % 250) + 1}`
  const latencies: number[] = []

  async function ask(
    person: Person | undefined,
    method: 'GET' | 'POST',
    path: string,
    options: { form?: Record<string, string>; json?: unknown; status?: readonly number[] } = {},
  ) {
    const headers: Record<string, string> = {
      host,
      'x-forwarded-for': person?.from ?? serverOfService(),
      'x-forwarded-proto': 'https',
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      'accept-language': 'fi',
    }
    let body: string | undefined
    if (options.form) {
      headers['content-type'] = 'application/x-www-form-urlencoded'
      body = new URLSearchParams(options.form).toString()
    } else if (options.json !== undefined) {
      headers['content-type'] = 'application/json'
      body = JSON.stringify(options.json)
    }
    if (person) {
      const sent = [...person.cookies.values()].filter((cookie) => path.startsWith(cookie.path))
      if (sent.length > 0) headers.cookie = sent.map(({ name, value }) => `${name}=${value}`).join('; ')
      if (method === 'POST') Object.assign(headers, { origin, 'sec-fetch-site': 'same-origin' })
    }
    const began = performance.now()
    const answer = await pool.request({ method, path, headers, ...(body === undefined ? {} : { body }) })
    const text = await answer.body.text()
    latencies.push(performance.now() - began)
    if (!(options.status ?? [200, 302, 303]).includes(answer.statusCode))
      throw new Error(`${method} ${path.split('?', 1)[0]} answered ${answer.statusCode}: ${text.slice(0, 300)}`)
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) if (person) keep(person, line)
    const { location } = answer.headers
    return { text, location: typeof location === 'string' ? location : '' }
  }

  const keySet = createLocalJWKSet(JSON.parse((await ask(undefined, 'GET', paths.keys)).text) as JSONWebKeySet)

  return {
    ask,
    latencies,
    close: () => pool.destroy(),

    newPerson(credential?: Person['credential']): Person {
      addresses += 1
      return {
        from: `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}`,
        cookies: new Map(),
        verifier: randomBytes(32).toString('base64url'),
        nonce: randomBytes(16).toString('base64url'),
        credential,
        at: '',
        event: '',
        challenge: '',
        code: '',
      }
    },

    /** The service sends the browser here. */
    begin: (service: Service) => async (person: Person) => {
      const query = new URLSearchParams({
        client_id: 'library',
        response_type: 'code',
        redirect_uri: service.callback,
        scope: 'openid email profile',
        state: person.nonce,
        nonce: person.nonce,
        code_challenge: createHash('sha256').update(person.verifier).digest('base64url'),
        code_challenge_method: 'S256',
      })
      person.at = pathOf((await ask(person, 'GET', `${paths.auth}?${query}`)).location)
    },

    /** Where the browser is led, it goes. */
    follow: async (person: Person) => {
      person.at = pathOf((await ask(person, 'GET', person.at)).location)
    },

    async takeCode(person: Person) {
      takeCode(person, (await ask(person, 'GET', person.at)).location)
    },

    /** The service proves itself, redeems the code, and believes nothing that it has not verified. */
    redeem: (service: Service) => async (person: Person) => {
      const assertion = await new SignJWT({ jti: randomBytes(16).toString('base64url') })
        .setProtectedHeader({ alg: 'ES256', kid: service.kid })
        .setIssuer('library')
        .setSubject('library')
        .setAudience(origin)
        .setIssuedAt()
        .setExpirationTime('30s')
        .sign(service.privateKey)
      const { text } = await ask(undefined, 'POST', paths.token, {
        form: {
          grant_type: 'authorization_code',
          code: person.code,
          redirect_uri: service.callback,
          code_verifier: person.verifier,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: assertion,
        },
      })
      const { payload } = await jwtVerify(String(JSON.parse(text).id_token), keySet, {
        issuer: origin,
        audience: 'library',
        algorithms: ['ES256'],
      })
      if (payload.nonce !== person.nonce || typeof payload.name !== 'string' || typeof payload.email !== 'string')
        throw new Error('the ID token says something else')
    },
  }
}

function takeCode(person: Person, location: string): void {
  const code = URL.parse(location)?.searchParams.get('code')
  if (!code) throw new Error(`no code came: ${location}`)
  person.code = code
}

const pathOf = (location: string) => {
  const url = URL.parse(location, 'https://nowhere.example')
  return url ? url.pathname + url.search : ''
}

function keep({ cookies }: Person, line: string): void {
  const [pair = '', ...attributes] = line.split('; ')
  const name = pair.slice(0, pair.indexOf('='))
  const value = pair.slice(name.length + 1)
  const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/'
  if (value === '' || attributes.some((one) => /^max-age=0$/i.test(one))) cookies.delete(`${name} ${path}`)
  else cookies.set(`${name} ${path}`, { name, value, path })
}

const eventOf = (path: string) => /^\/sign-in\/[^/?]+/.exec(path)?.[0] ?? ''
const seen = (text: string, what: string) => {
  if (!text.includes(what)) throw new Error(`the page does not say ${what}`)
}

/** The last steps are the same whoever somebody has shown to be: continuing, the code and the token. */
function fromRelease(asking: Asked, service: Service): Step[] {
  return [
    [
      'continue',
      async (person) => {
        const { text } = await asking.ask(person, 'POST', `${person.event}/continue`, { form: {} })
        takeCode(person, (leadsTo.exec(text)?.[1] ?? '').replaceAll('&amp;', '&'))
      },
    ],
    ['token', asking.redeem(service)],
  ]
}

const begun = (asking: Asked, service: Service): Step[] => [
  ['request', asking.begin(service)],
  [
    'sign-in page',
    async (person) => {
      person.event = eventOf(person.at)
      seen((await asking.ask(person, 'GET', person.at)).text, 'data-passkey')
    },
  ],
]

/** Somebody with an account, by their passkey. */
export function byPasskey(asking: Asked, service: Service, authenticator: Authenticator): Way {
  let next = 0
  return {
    newPerson() {
      next += 1
      return asking.newPerson(authenticator.credentials[next % authenticator.credentials.length])
    },
    close: asking.close,
    steps: [
      ...begun(asking, service),
      [
        'challenge',
        async (person) => {
          const { text } = await asking.ask(person, 'POST', `${person.event}/use-passkey/begin`, { json: {} })
          person.challenge = JSON.parse(text).challenge
        },
      ],
      [
        'passkey',
        async (person) => {
          const json = authenticator.use({ challenge: person.challenge }, {}, person.credential)
          const { text } = await asking.ask(person, 'POST', `${person.event}/use-passkey/finish`, { json })
          person.at = pathOf(JSON.parse(text).next)
        },
      ],
      ['release page', async (person) => seen((await asking.ask(person, 'GET', person.at)).text, 'Aino Mitattu')],
      ...fromRelease(asking, service),
    ],
  }
}

/** Somebody without an account, by an upstream. */
export function byUpstream(
  asking: Asked,
  service: Service,
  upstream: { answer(sent: URL): string },
  marker: string,
): Way {
  return {
    newPerson: () => asking.newPerson(),
    close: asking.close,
    steps: [
      ...begun(asking, service),
      [
        'to the upstream',
        async (person) => {
          const form = { upstream: 'teko', use: 'identify' }
          const { text } = await asking.ask(person, 'POST', `${person.event}/upstream`, { form })
          person.at = upstream.answer(new URL((leadsTo.exec(text)?.[1] ?? '').replaceAll('&amp;', '&')))
        },
      ],
      ['and back', asking.follow],
      [
        'its answer, the release page',
        async (person) => seen((await asking.ask(person, 'GET', person.at)).text, marker),
      ],
      ...fromRelease(asking, service),
    ],
  }
}

/** The reference: the same requests of the protocol, and between them a page and its answer for each of the two prompts. */
export function byNothing(asking: Asked, service: Service): Way {
  const look = async (person: Person) => seen((await asking.ask(person, 'GET', person.at)).text, '<form')
  const answer = async (person: Person) => {
    person.at = pathOf((await asking.ask(person, 'POST', person.at, { form: {} })).location)
  }
  return {
    newPerson: () => asking.newPerson(),
    close: asking.close,
    steps: [
      ['request', asking.begin(service)],
      ['login page', look],
      ['login', answer],
      ['session', asking.follow],
      ['consent page', look],
      ['consent', answer],
      ['code', asking.takeCode],
      ['token', asking.redeem(service)],
    ],
  }
}
