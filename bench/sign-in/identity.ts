import { readFileSync } from 'node:fs'
import { newId } from '#base/ids'
import { buildIdentity, cookieNames, descriptions } from '#identity'
import { type Address, readAddress } from '#identity/people'
import type { Contract } from '#identity/services'
import type { Authorize, ErrorPage } from '#server/http'
import { createPlatform } from '#server/platform'
import { within } from '#server/purpose'
import { createAuthenticator } from '#tests/authenticator'
import { aContract, enforceContract } from '#tests/contract'

// Identity as identity/main.ts starts it, without the account pages' build of the web. Before it listens there come to be, by its own functions, people with a passkey each, an upstream and a
// service under a contract in force; then it says whom it knows.
const asked = JSON.parse(readFileSync(process.env.BENCH_SIGN_IN ?? '', 'utf8')) as {
  people: number
  issuer: string
  callback: string
  key: Contract['keys'][number]
}

const built: { identity?: { authorize: Authorize; errorPage: ErrorPage } } = {}
const platform = createPlatform({
  program: 'identity',
  descriptions,
  cookies: cookieNames.site,
  pathCookies: cookieNames.path,
  authorize: (route, request) => built.identity!.authorize(route, request),
  errorPage: (problem, seen) => built.identity!.errorPage(problem, seen),
})
const identity = await buildIdentity(platform)
built.identity = identity
await platform.expiry.prepare()
await platform.prepare()

const { database, urls } = platform
const { people, passkeys, services, upstreams } = identity
await upstreams.records.make('teko', {
  name: 'Tekolähde',
  preset: 'generic',
  issuer: asked.issuer,
  clientId: 'vartio',
  authentication: 'private_key_jwt',
  uses: ['identify'],
  claims: { name: 'name', email: 'email', emailVerified: 'email_verified' },
  identifiers: null,
})
const contract = aContract({ keys: [asked.key], redirectUris: [asked.callback], ways: ['account', 'teko'] })
await enforceContract(services, 'library', contract)

const authenticator = createAuthenticator(urls.identity.origin)
for (let number = 0; number < asked.people; number += 1)
  await within('account', async () => {
    const personId = newId()
    const address: Address = readAddress(`aino${number}@bench.example`)
    const name = `Aino Mitattu ${number}`
    const event = { kind: 'register', id: personId } as const
    const options = await passkeys.beginRegistration(event, { personId, name, address })
    const passkey = await passkeys.finishRegistration(event, authenticator.make(options as never))
    await people.makeKey(personId)
    await database.forPerson(personId, async (tx) => {
      await people.register(tx, { personId, name, language: 'fi', address })
      await passkeys.add(tx, personId, passkey, 'Bench')
    })
  })

await platform.listen()
const credentials = authenticator.credentials.map(({ id, rpId, userHandle, privateKey }) => ({
  id: id.toString('base64url'),
  rpId,
  userHandle,
  privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }),
}))
process.stdout.write(`${JSON.stringify({ credentials })}\n`)
