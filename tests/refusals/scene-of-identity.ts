import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { createSystemClock } from '#base/clock'
import { createCallKey } from '#server/call-keys'
import { createCalls } from '#server/calls'
import { Browser } from '#tests/browser'
import { register, signIn, startIdentity } from '#tests/identity'
import { createTestLog } from '#tests/log'
import { createService } from '#tests/service'
import { signCall } from '#tests/signed'

/** Identity as it runs, with signatures of programs really checked, and somebody who has registered there. */
export async function createIdentityScene() {
  const root = mkdtempSync(join(tmpdir(), 'vartio-keys-'))
  after(() => rmSync(root, { recursive: true, force: true }))
  const publicFolder = join(root, 'public')
  // A key that nobody published belongs to no program of ours.
  createCallKey(join(root, 'portal'), publicFolder, 'portal')
  createCallKey(join(root, 'identity'), publicFolder, 'identity')
  createCallKey(join(root, 'privacy'), publicFolder, 'privacy')
  createCallKey(join(root, 'nobody-knows'), join(root, 'elsewhere'), 'nobody-knows')
  const clock = createSystemClock()
  const test = await startIdentity({
    clock,
    verifyCall: (port, ...message) =>
      createCalls({
        program: 'identity',
        folder: join(root, 'identity'),
        publicFolder,
        targets: { identity: { port }, portal: { port: 1 }, privacy: { port: 2 }, cloud: { port: 3 } },
        database: test.database,
        clock,
        log: createTestLog().log,
      }).verify(...message),
  })
  const service = await createService({
    issuer: test.urls.identity,
    key: test.portalKey,
    callback: new URL('/sign-in/callback', test.urls.portal),
  })
  const browser = new Browser(test.urls.identity)
  await browser.go('GET', (await service.begin({ prompt: 'create' })).url)
  const { authenticator } = await register(test, browser, { name: 'Aino', email: 'aino@example.fi' })
  await browser.go('POST', browser.url.pathname, { form: {} })

  return {
    ...test,

    /** Of a session that lives: some routes end it. */
    async cookie(): Promise<string> {
      const own = await browser.ask('GET', new URL('/account/api/own', test.urls.identity))
      if (own.status !== 200) {
        await browser.go('GET', (await service.begin()).url)
        await browser.go('GET', await signIn(browser, authenticator))
      }
      return `vartio-session=${browser.cookie('vartio-session')}`
    },

    sign: (program: string, path: string, body: string) =>
      signCall(
        { program, folder: join(root, program), port: Number(test.urls.identity.port), at: clock.now() },
        path,
        body,
      ),
  }
}
