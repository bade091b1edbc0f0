import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { until } from '#tests/until'

const modules = '/usr/lib/apache2/modules'
const needed = ['/usr/sbin/apache2', join(modules, 'mod_auth_openidc.so')]

/** What is missing of it on this machine. */
export const missing = () => needed.filter((path) => !existsSync(path))

const loaded: Readonly<Record<string, string>> = {
  mpm_event: 'mpm_event',
  authn_core: 'authn_core',
  authz_core: 'authz_core',
  authz_user: 'authz_user',
  headers: 'headers',
  include: 'include',
  mime: 'mime',
  auth_openidc: 'auth_openidc',
}

/** Debian's Apache with mod_auth_openidc, by a configuration of its own. Its one page says who it was told is there. */
export async function startApache(port: number, directives: Readonly<Record<string, string>>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-apache-'))
  chmodSync(folder, 0o755)
  const pages = join(folder, 'pages')
  mkdirSync(join(pages, 'private'), { recursive: true })
  const says = (name: string) =>
    `<p id="${name.toUpperCase()}"><!--#echo encoding="entity" var="OIDC_CLAIM_${name}" --></p>`
  writeFileSync(join(pages, 'private', 'index.shtml'), ['sub', 'name', 'email'].map(says).join('\n'))
  writeFileSync(join(pages, 'index.html'), '<h1>A service</h1>')
  const isRoot = process.getuid?.() === 0
  const configuration = [
    `ServerRoot ${folder}`,
    `PidFile ${join(folder, 'pid')}`,
    `ErrorLog ${join(folder, 'errors')}`,
    'LogLevel warn',
    `Listen 127.0.0.1:${port}`,
    'ServerName 127.0.0.1',
    ...(isRoot ? ['User nobody', 'Group nogroup'] : []),
    ...Object.entries(loaded).map(([name, file]) => `LoadModule ${name}_module ${join(modules, `mod_${file}.so`)}`),
    'TypesConfig /dev/null',
    'AddType text/html .shtml .html',
    'AddOutputFilter INCLUDES .shtml',
    `DocumentRoot ${pages}`,
    ...Object.entries(directives).map(([name, value]) => `${name} ${value}`),
    `<Directory ${pages}>`,
    '  Options +Includes',
    '  Require all granted',
    '</Directory>',
    '<Location /private>',
    '  AuthType openid-connect',
    '  Require valid-user',
    '</Location>',
    '',
  ]
  const file = join(folder, 'apache.conf')
  writeFileSync(file, configuration.join('\n'), { mode: 0o600 })
  const server = spawn('/usr/sbin/apache2', ['-f', file, '-DFOREGROUND'], { stdio: ['ignore', 'ignore', 'inherit'] })
  const errors = () => (existsSync(join(folder, 'errors')) ? readFileSync(join(folder, 'errors'), 'utf8') : '')
  after(async () => {
    await end(server)
    if (process.exitCode) process.stderr.write(errors())
    rmSync(folder, { recursive: true, force: true })
  })
  await until(async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/index.html`).catch(() => undefined)
    return answer?.status === 200
  }, 20_000)
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  server.kill('SIGTERM')
  await once(server, 'exit')
}
