import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { after } from 'node:test'

const require = createRequire(import.meta.url)
const library = join(dirname(require.resolve('oidc-client-ts')), '..', 'browser', 'oidc-client-ts.min.js')

/** A service that is nothing but a page: oidc-client-ts in the browser asks identity itself, and keeps no secret. */
export function startPage(port: number, issuer: string, clientId: string): Promise<void> {
  const settings = {
    authority: issuer,
    client_id: clientId,
    redirect_uri: `http://127.0.0.1:${port}/`,
    post_logout_redirect_uri: `http://127.0.0.1:${port}/`,
    scope: 'openid profile email',
    loadUserInfo: true,
  }
  const page = `<!doctype html><title>A page</title><p id="SUB"></p><p id="NAME"></p><p id="EMAIL"></p><p id="TOLD"></p>
<button id="in">Sign in</button><button id="out">Sign out</button>
<script src="/library.js"></script>
<script>
const manager = new oidc.UserManager(${JSON.stringify(settings)})
document.getElementById('in').onclick = () => manager.signinRedirect()
document.getElementById('out').onclick = () => manager.signoutRedirect()
const show = (id, text) => { document.getElementById(id).textContent = text ?? '' }
if (new URL(location).searchParams.has('state') && new URL(location).searchParams.has('iss'))
  manager.signinRedirectCallback().then(
    ({ profile }) => { show('SUB', profile.sub); show('NAME', profile.name); show('EMAIL', profile.email); show('TOLD', 'in') },
    (error) => show('TOLD', String(error)))
</script>`
  const server = createServer((request, response) => {
    if (request.url === '/library.js') response.setHeader('content-type', 'text/javascript').end(readFileSync(library))
    else response.setHeader('content-type', 'text/html').end(page)
  })
  after(() => server.close())
  return new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
}
