import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { writeCheckpoint } from '#base/checkpoint'
import { writeLogProof } from '#base/log-proof'
import { leafHash, nodeHash } from '#base/merkle'
import { describeNoteKey, signNote } from '#base/signed-note'

const folder = mkdtempSync(join(tmpdir(), 'vartio-verify-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const key = describeNoteKey('privacy.example.fi/log/12345678', publicKey)
const entry = Buffer.from('{"kind":"day-sealed","day":"2026-11-20","at":"2026-11-21T00:37:00Z"}')
const sibling = leafHash(Buffer.from('another'))
const proof = (of: Buffer, extra = of) =>
  writeLogProof({
    extra,
    index: 1,
    path: [sibling],
    checkpoint: signNote(
      writeCheckpoint({ origin: key.name, size: 2, root: nodeHash(sibling, leafHash(of)) }),
      key.name,
      privateKey,
    ),
  })

const file = join(folder, 'receipt.tlog-proof')

function verify(content: string | Buffer, ...more: string[]) {
  writeFileSync(file, content)
  return run(file, ...more)
}
function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['vartio.ts', 'verify', ...words], {
    cwd: join(import.meta.dirname, '..', '..'),
    env: { PATH: process.env.PATH, VARTIO_DATA: join(folder, 'data') },
    encoding: 'utf8',
    timeout: 30_000,
  })
  return { status, stdout, stderr }
}

test('a receipt that holds says what it proves, in which log, under which key, how large and when', () => {
  const { status, stdout, stderr } = verify(proof(entry), key.text)
  assert.equal(stderr, '')
  assert.equal(status, 0)
  for (const said of [
    key.name,
    key.text,
    '"day":"2026-11-20"',
    '1, counted from 0; the log has 2 entries',
    '2026-11-21T00:37:00Z',
  ])
    assert.ok(stdout.includes(said), said)
})

test('one that does not hold ends in one clear line and exit code 1', () => {
  const other = describeNoteKey(key.name, generateKeyPairSync('ed25519').publicKey)
  for (const [what, content, by, says] of [
    ['another entry', proof(entry, Buffer.from('{"kind":"other"}')), key.text, /not in the log/],
    ['another key', proof(entry), other.text, /not signed by/],
    ['a changed size', proof(entry).replace('\n2\n', '\n3\n'), key.text, /signature .* is wrong/],
    ['nothing', '', key.text, /no proof of a log/],
    ['no text', Buffer.from([0xff, 0xfe, 0x80]), key.text, /not text/],
    ['too much', Buffer.alloc(300_000, 'x'), key.text, /larger than any/],
    ['a broken key', proof(entry), 'privacy.example.fi/log+0000+AAAA', /no verifier key/],
  ] as const) {
    const { status, stdout, stderr } = verify(content, by)
    assert.equal(status, 1, what)
    assert.equal(stdout, '', what)
    assert.match(stderr, says, what)
    assert.equal(stderr.trimEnd().split('\n').length, 1, what)
  }
  const missing = run(join(folder, 'missing'), key.text)
  assert.equal(missing.status, 1)
  assert.match(missing.stderr, /cannot be read/)
})

test('a file without end is read no further than a receipt can be long', () => {
  const { status, stderr } = run('/dev/zero', key.text)
  assert.equal(status, 1)
  assert.match(stderr, /larger than any/)
})

test('what an entry holds cannot write to the terminal as if it were ours', () => {
  const { status, stdout } = verify(proof(Buffer.from('\u001b[2J\u202e\nThe receipt holds: forged')), key.text)
  assert.equal(status, 0)
  for (const mark of ['\u001b', '\u202e']) assert.ok(!stdout.includes(mark))
  assert.equal(stdout.match(/^The receipt holds/gm)?.length, 1)
})

test('the key comes from the caller or from this Vartio, never from the receipt', () => {
  const without = verify(proof(entry))
  assert.equal(without.status, 2)
  assert.match(without.stderr, /Say which log you trust/)
  mkdirSync(join(folder, 'data', 'programs', 'privacy'), { recursive: true })
  writeFileSync(join(folder, 'data', 'programs', 'privacy', 'log-key.txt'), `${key.text}\n`)
  assert.equal(verify(proof(entry)).status, 0)
  const keyFile = join(folder, 'key')
  writeFileSync(keyFile, `${key.text}\n`)
  assert.equal(verify(proof(entry), keyFile).status, 0)
})
