import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, createPublicKey, verify } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { request as requestHttp } from 'node:http'
import { createServer as createHttpsServer, request as requestHttps } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { currentAccount, ensureAccount, isRoot } from '#base/users'
import { testFiles } from '#engine/rules'
import { postgres } from '#server/postgres-driver'
import { createCertificate } from '#tests/certificate'
import { makeSystemdMachine } from '#tests/systemd-machine'
import { until } from '#tests/until'
import { findPorts, startVartio } from '#tests/vartio'
import { adminUser, initializeCluster, type RunningPostgres, socketPort, startPostgres } from './postgres.ts'
import { copyBinaries, locateBinaries } from './postgres-binaries.ts'
import { exitCodes } from './refusal.ts'

// What docs/operating describes, tried: TLS by Vartio itself, TLS by a declared proxy, an outside PostgreSQL with and without TLS, the unit.

const root = join(import.meta.dirname, '..', '..')
const place = mkdtempSync(join(tmpdir(), 'vartio-production-'))
chmodSync(place, 0o711)
after(() => rmSync(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))

/** A certificate for both hosts, as an authority would give one; only root, or whoever calls, reads the key. */
function makeCertificate(name: string, ...hosts: string[]): { certificate: string; key: string } {
  const [certificate, key] = [join(place, `${name}.pem`), join(place, `${name}.key`)]
  const made = createCertificate(...hosts, 'id.example.fi', 'portal.example.fi', 'privacy.example.fi')
  writeFileSync(certificate, made.cert)
  writeFileSync(key, made.key, { mode: 0o600 })
  return { certificate, key }
}

type Answer = { status: number; headers: NodeJS.Dict<string | string[]>; body: string; certificate?: string }

/** As a browser would: by the public name, trusting that certificate and no other. */
function get(port: number, host: string, path: string, ca: string, servername = host.split(':')[0]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = requestHttps(
      { host: '127.0.0.1', port, path, servername, headers: { host }, ca, agent: false },
      (response) => {
        const certificate = (response.socket as import('node:tls').TLSSocket).getPeerX509Certificate()?.subject
        let body = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk
        })
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body,
            ...(certificate ? { certificate } : {}),
          }),
        )
      },
    )
    request.on('error', reject)
    request.end()
  })
}

function getHash(port: number, host: string, path: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      path,
      servername: host.split(':')[0],
      headers: { host },
      ca,
      agent: false,
    }
    const request = requestHttps(options, (response) => {
      const hash = createHash('sha256')
      response.on('data', (part: Buffer) => hash.update(part)).on('end', () => resolve(hash.digest('hex')))
    })
    request.on('error', reject)
    request.end()
  })
}

test('ID-80 ID-81 with a certificate Vartio itself ends TLS, and hands its programs a renewed one without a restart', async () => {
  const { certificate, key } = makeCertificate('first')
  const port = await findPorts(4)
  const vartio = await startVartio({
    environment: {
      VARTIO_PORT: String(port),
      VARTIO_TLS_CERTIFICATE_FILE: certificate,
      VARTIO_TLS_KEY_FILE: key,
      VARTIO_IDENTITY_URL: `https://id.example.fi:${port}`,
      VARTIO_PORTAL_URL: `https://portal.example.fi:${port + 1}`,
      VARTIO_PRIVACY_URL: `https://privacy.example.fi:${port + 2}`,
      VARTIO_CLOUD_URL: `https://cloud.example.fi:${port + 3}`,
      VARTIO_LISTEN: '127.0.0.1',
    },
    folder: join(place, 'tls'),
  })
  try {
    assert.match(vartio.setUpLink ?? '', new RegExp(`^https://portal\\.example\\.fi:${port + 1}/set-up#`))
    const answer = await get(port + 1, `portal.example.fi:${port + 1}`, '/', readFileSync(certificate, 'utf8'))
    assert.equal(answer.status, 200)
    assert.match(String(answer.headers['strict-transport-security']), /max-age=31536000/)
    await assert.rejects(
      get(
        port + 1,
        `portal.example.fi:${port + 1}`,
        '/',
        readFileSync(makeCertificate('stranger').certificate, 'utf8'),
      ),
    )
    const next = makeCertificate('second', 'renewed.example.fi')
    writeFileSync(certificate, readFileSync(next.certificate))
    writeFileSync(key, readFileSync(next.key))
    // The program is given the new pair; that it then goes on with it is proved beside the platform (tls.test.ts).
    for (const [name, source] of [
      ['certificate', next.certificate],
      ['key', next.key],
    ] as const)
      await until(
        () =>
          readFileSync(join(place, 'tls', 'programs', 'identity', `vartio-tls-${name}-file`)).equals(
            readFileSync(source),
          ),
        15_000,
      )
  } finally {
    await vartio.stop()
  }
})

test('an address that is missing beside https ones is named before anything starts, with a certificate and with a proxy', () => {
  const { certificate, key } = makeCertificate('missing')
  const folder = join(place, 'missing')
  const urls = {
    VARTIO_IDENTITY_URL: 'https://id.example.fi',
    VARTIO_PORTAL_URL: 'https://portal.example.fi',
    VARTIO_PRIVACY_URL: 'https://privacy.example.fi',
    VARTIO_CLOUD_URL: 'https://cloud.example.fi',
  }
  const ways = { VARTIO_TLS_CERTIFICATE_FILE: certificate, VARTIO_TLS_KEY_FILE: key }
  const refused = (environment: Record<string, string>) => {
    const { status, stderr } = spawnSync('sh', ['./vartio', 'start'], {
      cwd: root,
      env: { PATH: process.env.PATH, VARTIO_DATA: folder, ...environment },
      encoding: 'utf8',
      timeout: 30_000,
    })
    assert.equal(status, exitCodes.usage.code, stderr)
    assert.equal(stderr.trim().split('\n').length, 1, stderr)
    return stderr
  }
  for (const way of [ways, { VARTIO_PROXY: '127.0.0.1' }])
    for (const name of Object.keys(urls))
      assert.match(refused({ ...way, ...urls, [name]: '' }), new RegExp(`^${name}: .*https`))
  assert.match(refused(urls), /^VARTIO_IDENTITY_URL: .*neither a certificate nor a proxy/)
  assert.ok(!existsSync(folder))
})

test('behind a declared proxy that ends TLS Vartio believes who asked, and nobody else may say it', async (t) => {
  const { certificate, key } = makeCertificate('proxy')
  const [port, front] = [await findPorts(4), await findPorts(1)]
  // What docs/operating asks of a proxy: the public Host, the protocol and the address of who asked.
  const proxy = createHttpsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (request, response) => {
    const target = requestHttp(
      {
        host: '127.0.0.1',
        port: request.headers.host?.startsWith('id.') ? port : port + 1,
        path: request.url,
        method: request.method,
        headers: {
          ...request.headers,
          'x-forwarded-for': '192.0.2.7',
          'x-forwarded-proto': 'https',
          'x-forwarded-host': request.headers.host,
        },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    request.pipe(target)
  })
  await new Promise<void>((resolve) => proxy.listen(front, '127.0.0.1', resolve))
  t.after(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  const vartio = await startVartio({
    environment: {
      VARTIO_PORT: String(port),
      VARTIO_PROXY: '127.0.0.1',
      VARTIO_IDENTITY_URL: `https://id.example.fi:${front}`,
      VARTIO_PORTAL_URL: `https://portal.example.fi:${front}`,
      VARTIO_PRIVACY_URL: `https://privacy.example.fi:${front}`,
      VARTIO_CLOUD_URL: `https://cloud.example.fi:${front}`,
    },
    folder: join(place, 'proxied'),
  })
  try {
    const ca = readFileSync(certificate, 'utf8')
    const answer = await get(front, `portal.example.fi:${front}`, '/', ca)
    assert.equal(answer.status, 200)
    assert.match(String(answer.headers['strict-transport-security']), /max-age/)
    const metadata = await get(front, `id.example.fi:${front}`, '/.well-known/openid-configuration', ca)
    assert.equal((JSON.parse(metadata.body) as { issuer: string }).issuer, `https://id.example.fi:${front}`)
    // What other devices are installed from is there once it is built, signed by the portal, and the hash that a page shows is its own.
    const file = join(place, 'proxied', 'public', 'vartio-agent.tar.gz')
    await until(() => existsSync(file), 60_000)
    const portalKey = JSON.parse(readFileSync(join(place, 'proxied', 'public', 'portal.call.jwk.json'), 'utf8'))
    const archive = readFileSync(file)
    assert.ok(verify(null, archive, createPublicKey({ key: portalKey, format: 'jwk' }), readFileSync(`${file}.sig`)))
    const fetched = await getHash(front, `portal.example.fi:${front}`, '/device/agent.tar.gz', ca)
    assert.equal(fetched, createHash('sha256').update(archive).digest('hex'))
    assert.equal(spawnSync('tar', ['-tzf', file]).stdout.toString().split('\n')[0], 'vartio-agent/LICENSE')
    // And as a Debian package, which knows which portal it is from.
    const built = () => readdirSync(join(place, 'proxied', 'public')).find((name) => name.endsWith('.deb'))
    await until(() => built() !== undefined, 60_000)
    const debian = join(place, 'proxied', 'public', built() ?? '')
    const bytes = readFileSync(debian)
    assert.ok(verify(null, bytes, createPublicKey({ key: portalKey, format: 'jwk' }), readFileSync(`${debian}.sig`)))
    assert.equal(
      await getHash(front, `portal.example.fi:${front}`, '/device/agent.deb', ca),
      createHash('sha256').update(bytes).digest('hex'),
    )
    // deb(5): after the version comes what dpkg is told; its length stands in its header.
    const control = gunzipSync(bytes.subarray(132, 132 + Number(bytes.toString('latin1', 120, 130))))
    assert.ok(control.includes(`Homepage: https://portal.example.fi:${front}\n`))
    // Another name, as in DNS rebinding, is refused through the proxy too.
    assert.equal((await get(front, `evil.example.fi:${front}`, '/', ca, 'portal.example.fi')).status, 421)
  } finally {
    await vartio.stop()
  }
})

/** A second PostgreSQL, as an operator has one elsewhere: on TCP, by password, with TLS. */
let outside: RunningPostgres
const address = `127.${1 + Math.floor(Math.random() * 250)}.${Math.floor(Math.random() * 250)}.3`
const password = 'päss/wörd:@?'
const url = (database = 'postgres', query = '') =>
  `postgres://${adminUser}:${encodeURIComponent(password)}@${address}:${socketPort}/${database}${query}`

before(async () => {
  const socketFolder = join(place, 'run')
  mkdirSync(socketFolder)
  const account = isRoot() ? ensureAccount('vartio-postgres') : undefined
  const binaries = join(place, 'postgres')
  copyBinaries(locateBinaries(), binaries)
  if (account) chownSync(socketFolder, account.uid, account.gid)
  const hba = join(place, 'pg_hba.conf')
  writeFileSync(hba, 'local all all peer map=vartio\nhost all all 127.0.0.0/8 scram-sha-256\n', { mode: 0o644 })
  const cluster = {
    called: 'PostgreSQL',
    folder: join(place, 'outside'),
    socketFolder,
    binaries,
    ...(account ? { account } : {}),
    peers: [{ systemUser: currentAccount().name, role: 'all' }],
    configuration: [`listen_addresses = '${address}'`, `hba_file = '${hba}'`, 'fsync = off', ...outsideTls(account)],
  }
  await initializeCluster(cluster)
  outside = await startPostgres(cluster)
  const sql = postgres({ host: socketFolder, port: socketPort, user: adminUser, database: 'postgres', max: 1 })
  await sql.unsafe(`alter role ${adminUser} password '${password}'`)
  await sql.end()
})
after(() => outside.stop())

function outsideTls(account: { uid: number; gid: number } | undefined): string[] {
  const { certificate, key } = makeCertificate('database')
  if (account) for (const file of [certificate, key]) chownSync(file, account.uid, account.gid)
  return ['ssl = on', `ssl_cert_file = '${certificate}'`, `ssl_key_file = '${key}'`]
}

test('with VARTIO_DATABASE_URL everything lives in an outside PostgreSQL, and no password is in its log or in the environment', async () => {
  const file = join(place, 'database-url')
  writeFileSync(file, url('postgres', '?sslmode=require'), { mode: 0o600 })
  const folder = join(place, 'with-outside')
  const environment = { VARTIO_PORT: String(await findPorts(4)), VARTIO_DATABASE_URL_FILE: file }
  const vartio = await startVartio({ environment, folder })
  const sql = postgres(url('identity'), { max: 1 })
  try {
    const sessions = await sql`
      select a.usename, coalesce(s.ssl, false) as tls from pg_catalog.pg_stat_activity a
      left join pg_catalog.pg_stat_ssl s using (pid) where a.usename in ('identity', 'portal')`
    assert.ok(sessions.length > 0)
    for (const { tls } of sessions) assert.equal(tls, true)
    const [role] =
      await sql`select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls from pg_catalog.pg_roles where rolname = 'portal'`
    assert.deepEqual({ ...role }, { rolsuper: false, rolcreatedb: false, rolcreaterole: false, rolbypassrls: false })
    const own = JSON.parse(readFileSync(join(folder, 'programs', 'portal', 'database.json'), 'utf8')) as {
      password: string
    }
    assert.match(own.password, /^[A-Za-z0-9_-]{43}$/)
    const running = JSON.parse(readFileSync(join(folder, 'running.json'), 'utf8')) as Record<string, { pid: number }>
    assert.ok(!('postgres' in running))
    for (const { pid } of Object.values(running))
      assert.ok(!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(encodeURIComponent(password)))
    assert.ok(!outside.tail().join('\n').includes(own.password))
    // The portal's password opens the portal's database and no other.
    const portal = (database: string) =>
      postgres({ host: address, port: socketPort, user: 'portal', password: own.password, database, max: 1 })
    const [mine, other] = [portal('portal'), portal('identity')]
    await mine`select 1`
    await assert.rejects(other`select 1`, { code: '42501' })
    await Promise.all([mine.end(), other.end()])
    const command = (args: string[], data: string) =>
      spawnSync('sh', ['./vartio', ...args], {
        cwd: root,
        env: { PATH: process.env.PATH, VARTIO_DATA: data, ...environment },
        encoding: 'utf8',
        timeout: 60_000,
      })
    const backup = join(place, 'outside.backup')
    assert.equal(command(['backup', backup], folder).status, 0)
    // Never over databases that are there.
    await vartio.stop()
    const refused = command(['restore', backup], folder)
    assert.equal(refused.status, exitCodes.database.code, refused.stderr)
    assert.match(refused.stderr, /The database (identity|portal) is there already, and is not written over/)
  } finally {
    await sql.end()
    await vartio.stop()
  }
})

test('an outside PostgreSQL that does not answer, or does not let Vartio in, is one clear line without the password', () => {
  for (const wrong of [url().replace(String(socketPort), '1'), url().replace(encodeURIComponent(password), 'wrong')]) {
    const { status, stderr } = spawnSync('sh', ['./vartio', 'start'], {
      cwd: root,
      env: { PATH: process.env.PATH, VARTIO_DATA: join(place, 'refused'), VARTIO_DATABASE_URL: wrong },
      encoding: 'utf8',
      timeout: 60_000,
    })
    assert.equal(status, exitCodes.database.code, stderr)
    assert.match(stderr, /^The outside PostgreSQL does not let Vartio in: .*\n$/m)
    assert.ok(!stderr.includes('wrong') && !stderr.includes(encodeURIComponent(password)))
  }
})

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0

test('the unit says nothing that systemd does not know', {
  skip: hasSystemd || process.env.CI === 'true' ? false : 'needs the Debian package systemd',
}, () => {
  // The command need not be installed on this machine for the unit to be right.
  const unit = readFileSync(join(root, 'deploy', 'vartio.service'), 'utf8').replace(
    /\/opt\/vartio\/vartio/g,
    '/bin/true',
  )
  const file = join(place, 'vartio.service')
  writeFileSync(file, unit)
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' })
  assert.equal(
    `${status} ${stderr
      .split('\n')
      .filter((line) => line.includes(place))
      .join('\n')}`,
    '0 ',
  )
})

test('the unit starts Vartio as systemd runs it, starts it again when it is killed, and stops it in order', {
  skip:
    isRoot() && hasSystemd ? false : process.env.CI === 'true' ? false : 'needs root and the Debian package systemd',
}, async (t) => {
  const machine = await makeSystemdMachine()
  t.after(() => machine.remove())
  await machine.start()
  const port = await findPorts(4)
  await machine.run(
    'sh',
    '-ec',
    `mkdir -p /opt/vartio /etc/vartio
    mount --bind "$1" /opt/vartio
    echo VARTIO_PORT=$2 > /etc/vartio/environment
    install -Dm644 /opt/vartio/deploy/vartio.sysusers.conf /etc/sysusers.d/vartio.conf
    systemd-sysusers
    cp /opt/vartio/deploy/vartio.service /etc/systemd/system/
    systemctl enable --now vartio`,
    'sh',
    root,
    String(port),
  )
  const said = () => machine.run('journalctl', '--unit=vartio', '--output=cat')
  const times = async (text: string) => (await said()).split(text).length - 1
  const isReady = async (count: number) => {
    const state = await machine.run('systemctl', 'show', '--property=ActiveState', '--value', 'vartio')
    assert.ok(!state.startsWith('failed'), await said())
    return (await times('Vartio is ready')) === count
  }
  await until(() => isReady(1), 60_000)
  const processes = JSON.parse(await machine.run('cat', '/var/lib/vartio/running.json')) as Record<
    string,
    { pid: number }
  >
  for (const name of ['identity', 'portal', 'privacy', 'cloud', 'postgres'])
    assert.match(await machine.run('cat', `/proc/${processes[name]?.pid}/status`), /^CapEff:\t0+$/m, name)
  // SC-06: what looks into samples is cut off here too, where the unit lets nobody make namespaces.
  const ask = (path: string, ...more: string[]) => {
    const header = (text: string) => ['--header', text]
    const headers = [
      `host: cloud.localhost:${port + 3}`,
      'user-agent: vartio',
      'content-type: application/octet-stream',
    ]
    return machine.run('curl', '--silent', ...headers.flatMap(header), ...more, `http://127.0.0.1:${port + 3}${path}`)
  }
  await machine.run(
    'sh',
    '-c',
    'echo "$1" | base64 -d > /run/sample',
    'sh',
    testFiles()[1]?.content.toString('base64') ?? '',
  )
  assert.equal(await ask('/samples/new', '--data-binary', '@/run/sample', '--write-out', '%{http_code}'), '202')
  await until(async () => JSON.parse(await ask('/samples/seen')).days.length === 1)
  assert.match(await machine.run('ps', '-u', 'vartio-samples', '-o', 'args='), /cloud\/samples\/look\.ts/)
  await machine.run('systemctl', 'kill', '--signal=KILL', '--kill-who=main', 'vartio')
  await until(() => isReady(2), 60_000)
  await machine.run('systemctl', 'stop', 'vartio')
  assert.match(await machine.run('systemctl', 'show', '--property=Result', '--value', 'vartio'), /^success$/m)
  assert.match(await machine.run('sh', '-c', 'pgrep -u vartio-portal,vartio-identity || echo none'), /^none$/m)
})

const hasSysusers = spawnSync('systemd-sysusers', ['--version']).status === 0

test('the list of system users is one that systemd understands', {
  skip: hasSysusers || process.env.CI === 'true' ? false : 'needs the Debian package systemd',
}, () => {
  const { status, stderr } = spawnSync(
    'systemd-sysusers',
    ['--dry-run', join(root, 'deploy', 'vartio.sysusers.conf')],
    { encoding: 'utf8' },
  )
  assert.equal(status, 0, stderr)
})

test('docs/operating tells every exit code as it is', () => {
  const text = readFileSync(join(root, 'docs', 'operating', 'start.md'), 'utf8')
  for (const { code, meaning } of Object.values(exitCodes))
    assert.ok(text.includes(`| ${code} | ${meaning} |`), meaning)
})
