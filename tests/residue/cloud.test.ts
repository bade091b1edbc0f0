import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { newId, newToken } from '#base/ids'
import { readSettings } from '#base/settings'
import { createCloudClient } from '#engine/cloud'
import { publicUrls } from '#server/platform'
import { createTestCloud } from '#tests/cloud'
import { findPorts } from '#tests/vartio'

// Everything that names a person, company, device or path, brought to the Cloud in every way there is: as a question should be asked, and as it
// should not. Afterwards none of it may be anywhere in what the Cloud wrote.

const port = await findPorts(4)
const urls = publicUrls(readSettings({ VARTIO_PORT: String(port) }))
const cloud = await createTestCloud({ urls })
await cloud.http.app.listen({ host: '127.0.0.1', port: Number(urls.cloud.port) })

// Loopback has many addresses: each device asks from one of its own.
const devices = Array.from({ length: 6 }, (_, at) => ({ ip: `127.83.17.${101 + at}`, id: newId(), token: newToken() }))
const company = { name: 'Hämeen Saha Oy', id: newId(), businessId: '2837465-9' }
const person = { name: 'Maija Meikäläinen', email: 'maija.meikalainen@hameensaha.fi', id: newId() }
const path = '/srv/maija.meikalainen/Palkat/tilinauha-2026.pdf'
const identifiers = [
  ...devices.flatMap(({ ip, id, token }) => [ip, id, token]),
  ...[
    company.name,
    company.id,
    company.businessId,
    person.name,
    person.email,
    person.id,
    path,
    'tilinauha',
    'meikalainen',
    'hameensaha',
  ],
]

/** Also as addresses and headers write them, and as bytes. */
const forms = (text: string): Buffer[] => [
  Buffer.from(text),
  Buffer.from(encodeURIComponent(text)),
  Buffer.from(Buffer.from(text).toString('base64url')),
  Buffer.from(text, 'utf16le'),
  Buffer.from(text.normalize('NFD')),
]

type Written = { readonly where: string; readonly bytes: Buffer }

async function everythingWritten(): Promise<Written[]> {
  const written: Written[] = [
    { where: 'log', bytes: Buffer.from(JSON.stringify(cloud.lines)) },
    { where: 'metrics', bytes: Buffer.from(await cloud.metrics.registry.metrics()) },
  ]
  for (const entry of readdirSync(join(cloud.folder, '..'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    written.push({ where: `file ${entry.name}`, bytes: Buffer.concat([Buffer.from(file), readFileSync(file)]) })
  }
  const tables = await cloud.admin<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_catalog.pg_tables
    where schemaname !~ '^(pg_|information_schema$)'`
  for (const { name } of tables) {
    const rows = await cloud.admin.unsafe(`select t::text as row from ${name} t`)
    written.push({ where: `table ${name}`, bytes: Buffer.from(rows.map(({ row }) => row).join('\n')) })
  }
  return written
}

const findIn = (written: readonly Written[], texts: readonly string[]) =>
  written.flatMap(({ where, bytes }) =>
    texts.filter((text) => forms(text).some((form) => bytes.includes(form))).map((text) => `${text} in ${where}`),
  )

function ask(
  ip: string,
  target: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body = '',
): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: urls.cloud.port, localAddress: ip, path: target, method, agent: false }
    const sent = request(
      { ...options, headers: { host: urls.cloud.host, 'user-agent': 'vartio', ...headers } },
      (answer) => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode ?? 0))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

test('SC-04 A-40 nothing the Cloud wrote, in tables, files, logs or metrics, names who asked, for whom, or about which file', async () => {
  const statuses = new Set<number>()
  for (const { ip, id, token } of devices) {
    for (let file = 0; file < 5; file += 1) {
      const front = createHash('sha256').update(`${id} ${file}`).digest('hex').slice(0, 1)
      statuses.add(await ask(ip, `/verdicts/4/${front}`))
    }
    for (const target of [
      `/verdicts/4/a?device=${id}`,
      `/verdicts/4/${id}`,
      `/verdicts/${encodeURIComponent(path)}`,
      `/filter/delta/${id}/${encodeURIComponent(person.name)}`,
      `/${encodeURIComponent(company.name)}/${company.businessId}`,
      `/?language=${encodeURIComponent(person.email)}`,
      `/api/${id}`,
    ])
      statuses.add(await ask(ip, target))
    for (const headers of [
      { cookie: `device=${token}` },
      { authorization: `Bearer ${token}` },
      { from: person.email },
      { 'user-agent': `agent ${id}` },
      { 'x-company': encodeURIComponent(company.name) },
      { 'x-forwarded-for': ip, forwarded: `for=${ip}` },
      { referer: `https://hameensaha.fi${path}` },
      { 'x-device-id': id, 'x-path': path },
    ] as Record<string, string>[])
      statuses.add(await ask(ip, '/verdicts/4/a', headers))
    const body = JSON.stringify({ device: id, company, person, path })
    for (const [target, type] of [
      ['/calls/rights/describe', 'application/json'],
      ['/samples/x', 'application/octet-stream'],
      ['/verdicts/about', 'application/json'],
    ] as const)
      statuses.add(await ask(ip, target, { 'content-type': type }, 'POST', body))
    // A sample may hold anything; what is harmless leaves nothing behind.
    const sample = `#!/bin/sh\n# ${person.name} <${person.email}> ${company.name} ${path} ${id}\n`
    statuses.add(await ask(ip, '/samples/new', { 'content-type': 'application/octet-stream' }, 'POST', sample))
    const named = { 'content-type': 'application/octet-stream', 'x-file-name': encodeURIComponent(path) }
    statuses.add(await ask(ip, '/samples/new', named, 'POST', sample))
    const client = createCloudClient({ url: urls.cloud })
    await client.lookup(createHash('sha256').update(path).digest())
  }
  // An import names its source in remarks and columns of its own.
  const own = join(cloud.folder, 'imports', 'import-1')
  mkdirSync(own, { recursive: true })
  writeFileSync(
    join(own, 'list'),
    `# from ${person.name}, ${company.name}\nsha256,path\n${'ab'.repeat(32)},${path}\n${person.email}\n`,
  )
  writeFileSync(join(own, 'asked.json'), JSON.stringify({ verdict: 'malicious' }))
  // A list of good ones is what sha256sum writes of a company's files: a path stands behind each hash.
  const sums = join(cloud.folder, 'imports', 'import-2')
  mkdirSync(sums, { recursive: true })
  const good = createHash('sha256').update('built by the company').digest('hex')
  writeFileSync(join(sums, 'list'), `${good}  ${path}\n${'cd'.repeat(32)} *${company.name}, ${person.email}\n`)
  writeFileSync(join(sums, 'asked.json'), JSON.stringify({ verdict: 'good' }))
  while (await cloud.lists.work());
  await cloud.samples.settled()
  while (await cloud.filter.update());
  await cloud.proofs.measure()
  assert.equal(cloud.filter.good.about().entries, 2)
  for (const { ip } of devices) {
    const { version } = cloud.filter.good.about()
    statuses.add(await ask(ip, `/filter/good/whole/${version}`))
    statuses.add(await ask(ip, `/filter/good/delta/1/${version}`))
    statuses.add(await ask(ip, `/filter/good/whole/${encodeURIComponent(person.name)}`))
  }
  assert.deepEqual(
    [...statuses].sort(),
    [200, 202, 400, 401, 404],
    'what should be answered was, and what should be refused',
  )

  const written = await everythingWritten()
  for (const where of [
    'log',
    'metrics',
    'file segment-1',
    'file known-bad',
    'file known-good',
    'table mail.letter',
    'table calls.nonce',
  ])
    assert.ok(
      written.some((one) => one.where === where),
      `${where} was not looked at`,
    )
  assert.ok(cloud.lines.length > 50, 'the log says what was answered')
  assert.deepEqual(findIn(written, identifiers), [])
})

test('the search finds what is planted: in a table, a file, the log and the metrics', async () => {
  const [{ ip, id, token } = { ip: '', id: '', token: '' }] = devices
  await cloud.admin`insert into rights.done (request_id, answer, expires_at) values (${newId()}, ${JSON.stringify({ id })}::jsonb, now())`
  writeFileSync(join(cloud.folder, 'verdicts', 'note'), Buffer.from(person.name, 'utf16le'))
  writeFileSync(join(cloud.folder, `cache-${token}`), '')
  cloud.metrics.observeRequest('GET', `/verdicts/${ip}`, 200, 1)
  cloud.output.write(JSON.stringify({ text: `asked by ${company.id}` }))
  const found = findIn(await everythingWritten(), identifiers)
  assert.deepEqual(
    found.sort(),
    [
      `${company.id} in log`,
      `${id} in table rights.done`,
      `${ip} in metrics`,
      `${person.name} in file note`,
      `${token} in file cache-${token}`,
    ].sort(),
  )
})
