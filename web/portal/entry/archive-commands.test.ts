import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { fetchCommand, fetchPackageCommand, signatureCommand } from './archive-commands.ts'

const run = promisify(execFile)
const skip =
  existsSync('/usr/bin/curl') && existsSync('/usr/bin/openssl') ? false : 'needs curl and openssl, as a device does'
const folder = mkdtempSync(join(tmpdir(), 'vartio-archive-'))
after(() => rmSync(folder, { recursive: true }))

test('the commands of the page take the archive or package that the portal has made and signed, and stop at any other', {
  skip,
}, async (t) => {
  writeFileSync(join(folder, 'inside'), 'the agent')
  execFileSync('tar', ['-czf', 'made.tar.gz', 'inside'], { cwd: folder })
  const made = execFileSync('cat', ['made.tar.gz'], { cwd: folder })
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  let given = made
  const server = createServer((request, response) =>
    response.end(request.url?.endsWith('.sig') ? sign(null, made, privateKey) : given),
  ).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const portalUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const archive = {
    fileName: 'vartio-agent.tar.gz',
    bytes: made.length,
    sha256: createHash('sha256').update(made).digest('hex'),
    key: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  }
  const type = (command: string) => run('sh', ['-c', command], { cwd: folder })

  rmSync(join(folder, 'inside'))
  await type(fetchCommand(portalUrl, archive))
  assert.ok(existsSync(join(folder, 'inside')))
  assert.match((await type(signatureCommand(portalUrl, archive, 'tar.gz'))).stdout, /Verified Successfully/)

  const debianPackage = { ...archive, fileName: 'vartio-agent_0.1.0_amd64.deb' }
  await type(fetchPackageCommand(portalUrl, debianPackage))
  assert.match((await type(signatureCommand(portalUrl, debianPackage, 'deb'))).stdout, /Verified Successfully/)

  given = Buffer.concat([made, Buffer.from('more')])
  rmSync(join(folder, 'inside'))
  await assert.rejects(type(fetchCommand(portalUrl, archive)), /FAILED|did NOT match/)
  assert.ok(!existsSync(join(folder, 'inside')), 'something else was unpacked')
  await assert.rejects(type(signatureCommand(portalUrl, archive, 'tar.gz')))
  await assert.rejects(type(fetchPackageCommand(portalUrl, debianPackage)), /FAILED|did NOT match/)
})
