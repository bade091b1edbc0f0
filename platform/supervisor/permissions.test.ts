import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readSettings } from '#base/settings'
import type { DataFolder } from './data-folder.ts'
import { codeFolder } from './data-path.ts'
import { permissions } from './programs.ts'

const path = mkdtempSync(join(tmpdir(), 'vartio-permissions-'))
after(() => rmSync(path, { recursive: true }))
const at = (name: string) => join(path, name)
const folder: DataFolder = {
  path,
  postgres: at('postgres'),
  keys: at('keys'),
  programs: at('programs'),
  public: at('public'),
  secrets: at('secrets'),
  placed: at('placed'),
  logs: at('logs'),
  socketFolder: at('run'),
  keysSocketFolder: at('run-keys'),
}
for (const name of ['public', 'secrets', 'programs', 'programs/identity', 'programs/portal', 'programs/portal-two'])
  mkdirSync(at(name))
for (const name of [
  'public/identity.call.jwk.json',
  'secrets/set-up',
  'programs/identity/key',
  'programs/portal/key',
  'programs/portal-two/key',
])
  writeFileSync(at(name), 'content')

/** What becomes of the script when it runs as the portal does. */
function asPortal(script: string): string {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...permissions({ folder: codeFolder, node: process.execPath }, folder, 'portal'),
      '--input-type=module',
      '--eval',
      `import { readFileSync, writeFileSync, readdirSync, symlinkSync } from 'node:fs'
       try { ${script}; console.log('allowed') } catch (error) { console.log(error.code ?? String(error)) }`,
    ],
    { encoding: 'utf8', cwd: at('programs/portal'), env: {} },
  )
  // No warning of Node's is in the way of what a program says.
  assert.equal(stderr, '')
  return stdout.trim()
}

const denied = 'ERR_ACCESS_DENIED'

test('under Node’s permission model a program reads the code, its own folder and the public keys', () => {
  for (const file of [
    join(codeFolder, 'package.json'),
    join(codeFolder, 'portal', 'main.ts'),
    at('programs/portal/key'),
    at('public/identity.call.jwk.json'),
  ])
    assert.equal(asPortal(`readFileSync(${JSON.stringify(file)})`), 'allowed', file)
  assert.equal(asPortal(`writeFileSync(${JSON.stringify(at('programs/portal/new'))}, '1')`), 'allowed')
})

test('under Node’s permission model a program reads no other folder, its neighbour’s least of all', () => {
  for (const file of [
    at('programs/identity/key'),
    at('programs/portal-two/key'),
    at('secrets/set-up'),
    '/etc/passwd',
    '/proc/1/environ',
  ])
    assert.equal(asPortal(`readFileSync(${JSON.stringify(file)})`), denied, file)
  for (const name of [at('programs'), path, '/', codeFolder])
    assert.equal(asPortal(`readdirSync(${JSON.stringify(name)})`), denied, name)
})

test('under Node’s permission model a program changes neither the code nor the public keys', () => {
  for (const file of [
    join(codeFolder, 'portal', 'planted.ts'),
    at('public/portal.call.jwk.json'),
    at('programs/identity/planted'),
    join(tmpdir(), 'planted'),
  ])
    assert.equal(asPortal(`writeFileSync(${JSON.stringify(file)}, '1')`), denied, file)
  // A link out of its own folder would be a way round.
  assert.equal(
    asPortal(`symlinkSync(${JSON.stringify(at('programs/identity'))}, ${JSON.stringify(at('programs/portal/way'))})`),
    denied,
  )
})

test('under Node’s permission model a program starts no process, no thread, and loads no native code', () => {
  assert.equal(asPortal(`(await import('node:child_process')).execSync('true')`), denied)
  assert.equal(asPortal(`new (await import('node:worker_threads')).Worker('1', { eval: true })`), denied)
  assert.equal(asPortal(`process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6')`), 'ERR_DLOPEN_DISABLED')
})

test('only a token that holds the roots lets native code in', () => {
  const code = { folder: codeFolder, node: process.execPath }
  const without = permissions(code, folder, 'portal', readSettings({}))
  const withToken = permissions(code, folder, 'portal', readSettings({ VARTIO_PKCS11_MODULE: '/usr/lib/token.so' }))
  assert.ok(!without.includes('--allow-addons'))
  assert.deepEqual(
    withToken.filter((each) => !without.includes(each)),
    ['--allow-addons'],
  )
})
