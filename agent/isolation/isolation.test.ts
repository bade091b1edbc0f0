import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isRoot } from '#base/users'

const folder = mkdtempSync(join(tmpdir(), 'vartio-isolation-'))
after(() => rmSync(folder, { recursive: true }))
const skip =
  (isRoot() && spawnSync('ip', ['-V']).status === 0) || process.env.CI === 'true'
    ? false
    : 'a network of its own needs root and ip (iproute2)'

/** Two networks of the test's own with a line between them; the machine's own is never touched. */
const script = `
import { spawn, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { isIsolated, isolate, isolateAgain, release } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
const ip = (...words) => execFileSync('ip', words)
const there = spawn('unshare', ['-n', process.execPath, '-e', \`
  const { createServer } = require('node:net')
  process.stdin.once('data', () => {
    for (const port of [8481, 9999]) for (const host of ['10.77.0.2', 'fd77::2']) createServer((s) => s.end('hello')).listen(port, host)
    setTimeout(() => console.log('ready'), 300)
    setTimeout(() => {
      const socket = require('node:net').connect(7777, '10.77.0.1')
    }, 1e9)
  })
  process.on('SIGUSR2', () => {
    const socket = require('node:net').connect({ port: 7777, host: '10.77.0.1' })
    const end = (text) => { console.log(text); socket.destroy() }
    socket.setTimeout(2_500, () => end('silence'))
    socket.once('data', () => end('answer')); socket.once('error', () => end('refused'))
  })
  console.log('up')
\`], { stdio: ['pipe', 'pipe', 'inherit'] })
setTimeout(() => process.exit(9), 150_000).unref()
process.on('exit', () => there.kill('SIGKILL'))
const heard = async () => String((await once(there.stdout, 'data'))[0]).trim()
await heard()
const pid = String(there.pid)
const inside = (...words) => execFileSync('nsenter', ['-t', pid, '-n', 'ip', ...words])
ip('link', 'set', 'lo', 'up')
ip('link', 'add', 'here', 'type', 'veth', 'peer', 'name', 'there', 'netns', pid)
for (const [run, name, number] of [[ip, 'here', 1], [inside, 'there', 2]]) {
  run('addr', 'add', '10.77.0.' + number + '/24', 'dev', name)
  run('addr', 'add', 'fd77::' + number + '/64', 'dev', name, 'nodad')
  run('link', 'set', name, 'up')
}
there.stdin.write('go')
await heard()
createServer((s) => s.end('hello')).listen(7777, '0.0.0.0')
const reaches = (host, port) => new Promise((resolve) => {
  const socket = connect({ host, port })
  socket.setTimeout(2_500, () => { socket.destroy(); resolve(false) })
  socket.once('data', () => { socket.destroy(); resolve(true) })
  socket.once('error', () => resolve(false))
})
const look = async () => {
  const inward = (there.kill('SIGUSR2'), await heard())
  return [await reaches('10.77.0.2', 8481), await reaches('10.77.0.2', 9999), await reaches('fd77::2', 8481), await reaches('127.0.0.1', 7777), inward]
}
const folder = process.argv[2]
const seen = {}
// Links and listeners need a moment.
for (let tries = 0; tries < 20; tries += 1) {
  seen.before = await look()
  if (JSON.stringify(seen.before) === JSON.stringify([true, true, true, true, 'answer'])) break
}
await isolate(folder, new URL('http://10.77.0.2:8481'))
seen.isolated = await look()
seen.known = isIsolated(folder)
await isolateAgain(folder)
seen.again = await look()
release(folder)
seen.released = await look()
seen.knownAfter = isIsolated(folder)
await isolate(folder, new URL('http://[fd77::2]:8481'))
seen.six = [await reaches('fd77::2', 8481), await reaches('fd77::2', 9999), await reaches('10.77.0.2', 8481)]
release(folder)
release(folder)
seen.unknown = await isolate(folder, new URL('https://nowhere.invalid')).then(() => 'isolated', (error) => error.code)
console.log(JSON.stringify(seen))
process.exit(0)
`

test('an isolated device reaches its portal and nothing else, nobody reaches it, and released it is as before', {
  skip,
}, () => {
  const file = join(folder, 'script.mjs')
  writeFileSync(file, script)
  const { stdout, stderr, status } = spawnSync('unshare', ['-n', process.execPath, file, folder], {
    encoding: 'utf8',
    timeout: 180_000,
  })
  assert.equal(status, 0, stderr)
  const open = [true, true, true, true, 'answer']
  const cut = [true, false, false, true, 'silence']
  assert.deepEqual(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''), {
    before: open,
    isolated: cut,
    known: true,
    again: cut,
    released: open,
    knownAfter: false,
    six: [true, false, false],
    unknown: 'isolation.no_portal',
  })
})
