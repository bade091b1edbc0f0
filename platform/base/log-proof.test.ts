import assert from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { openCheckpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import { AppError } from './errors.ts'
import { longestProofBytes, readLogProof, verifyLogProof, writeLogProof } from './log-proof.ts'
import { createTree, inclusionRanges, leafHash } from './merkle.ts'
import { describeNoteKey, readNote, readNoteKey, signNote, verifyNote } from './signed-note.ts'

// Key and note as golang.org/x/mod/sumdb/note v0.42.0 makes them from the seed 00 01 02 … 1f.
const goKey = 'log.example/test+6ffdf1c0+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4'
const goNote =
  'log.example/test\n21\nSvea78FcRz5nsuDIk+L3vD1cxCHH7bm4Q7d2/bhAboM=\n\n— log.example/test b/3xwAkrV2XUuiAgqOeuSsQfTiGEEbONoqqPe4nAlc5oy7lEivGQZSFxKJD2NRACvg7cvIz6t7bi33kxZxU/WrYiNQ8=\n'
const seed = Buffer.from(Array.from({ length: 32 }, (_, index) => index))
const privateKey = createPrivateKey({
  // RFC 8410 §7: what stands before the 32 bytes of an Ed25519 key.
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
  format: 'der',
  type: 'pkcs8',
})
const key = readNoteKey(goKey)

test('a key and a note of Go’s implementation are ours to the byte', () => {
  assert.equal(describeNoteKey('log.example/test', key.key).text, goKey)
  const [text = ''] = goNote.split('\n\n')
  assert.equal(signNote(`${text}\n`, 'log.example/test', privateKey), goNote)
  assert.equal(openCheckpoint(goNote, key).size, 21)
})

test('the key, note and tree head that the C2SP specifications print are read and verified', () => {
  const example = readNoteKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k')
  const note =
    'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n'
  assert.deepEqual(verifyNote(readNote(note), [example]), [example])
  assert.deepEqual(
    readCheckpoint('example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n').size,
    20_852_163,
  )
})

test('signatures of strangers are passed over, a wrong one of a known key refuses the note', () => {
  const stranger = generateKeyPairSync('ed25519').privateKey
  const text = goNote.slice(0, goNote.indexOf('\n\n') + 1)
  const lineOf = (note: string) => note.slice(note.indexOf('\n\n') + 2)
  const other = lineOf(signNote(text, 'witness.example/a', stranger))
  assert.deepEqual(verifyNote(readNote(goNote + other), [key]), [key])
  assert.throws(() => verifyNote(readNote(`${text}\n${other}`), [key]), { code: 'note.not_signed' })
  // The same name with another key has another id: a stranger too.
  const posing = lineOf(signNote(text, 'log.example/test', stranger))
  assert.throws(() => verifyNote(readNote(`${text}\n${posing}`), [key]), { code: 'note.not_signed' })
  assert.throws(() => verifyNote(readNote(goNote.replace('\n21\n', '\n22\n')), [key]), { code: 'note.wrong_signature' })
  assert.throws(
    () => openCheckpoint(signNote(`elsewhere.example\n1\n${text.split('\n')[2]}\n`, key.name, privateKey), key),
    {
      code: 'checkpoint.other_log',
    },
  )
})

const leaves = Array.from({ length: 40 }, (_, index) => Buffer.from(`entry ${index}`))
const treeOf = (start: number, end: number) => {
  const tree = createTree()
  for (const leaf of leaves.slice(start, end)) tree.add(leafHash(leaf))
  return tree.root()
}
function receipt(index: number, size: number, extra: Buffer | undefined = leaves[index]) {
  const root = treeOf(0, size)
  return writeLogProof({
    extra,
    index,
    path: inclusionRanges(index, size).map(({ start, end }) => treeOf(start, end)),
    checkpoint: signNote(writeCheckpoint({ origin: key.name, size, root }), key.name, privateKey),
  })
}

test('a receipt holds for the entry it carries; with any one byte changed it is refused', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.nat(),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (size, anyIndex, at, by) => {
        const text = receipt(anyIndex % size, size)
        const { entry, checkpoint } = verifyLogProof(readLogProof(text), key)
        assert.deepEqual(entry, leaves[anyIndex % size])
        assert.equal(checkpoint.size, size)
        const bytes = Buffer.from(text)
        bytes[at % bytes.length]! ^= by
        assert.throws(() => verifyLogProof(readLogProof(bytes.toString('utf8')), key), AppError)
      },
    ),
    { numRuns: 400 },
  )
})

test('a receipt of another entry, place or key is refused', () => {
  assert.throws(() => verifyLogProof(readLogProof(receipt(3, 40, Buffer.from('never logged'))), key), {
    code: 'proof.does_not_hold',
  })
  assert.throws(() => verifyLogProof(readLogProof(receipt(3, 40).replace('\nindex 3\n', '\nindex 4\n')), key), {
    code: 'proof.does_not_hold',
  })
  const another = describeNoteKey(key.name, generateKeyPairSync('ed25519').publicKey)
  assert.throws(() => verifyLogProof(readLogProof(receipt(3, 40)), another), { code: 'note.not_signed' })
  const bare = writeLogProof({ ...readLogProof(receipt(3, 40)), extra: undefined })
  assert.throws(() => verifyLogProof(readLogProof(bare), key), { code: 'proof.malformed' })
})

const refusesOrReads = (read: (text: string) => unknown) => (text: string) => {
  try {
    read(text)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
  }
}

test('keys, notes, checkpoints and proofs of any content are read or clearly refused', () => {
  const pieces = fc.array(
    fc.oneof(
      fc.constantFrom(
        '\n',
        '\n\n',
        '— ',
        ' ',
        '+',
        '0',
        '1',
        'index ',
        'extra ',
        'c2sp.org/tlog-proof@v1\n',
        goKey,
        goNote,
        '\u0000',
        '\ud800',
        '=',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.base64String({ maxLength: 60 }),
    ),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(
      pieces.map((parts) => parts.join('')),
      (text) => {
        for (const read of [readNoteKey, readNote, readCheckpoint, readLogProof]) refusesOrReads(read)(text)
      },
    ),
    { numRuns: 2_000 },
  )
})

test('what is written is read as it was, and one thing has one text', () => {
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))
  fc.assert(
    fc.property(
      fc.option(
        fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
        { nil: undefined },
      ),
      fc.maxSafeNat(),
      fc.array(hash, { maxLength: 63 }),
      hash,
      (extra, index, path, root) => {
        const checkpoint = signNote(writeCheckpoint({ origin: key.name, size: index, root }), key.name, privateKey)
        const text = writeLogProof({ extra, index, path, checkpoint })
        const read = readLogProof(text)
        assert.deepEqual(read, { extra, index, path, checkpoint })
        assert.equal(writeLogProof(read), text)
        assert.deepEqual(openCheckpoint(checkpoint, key), { origin: key.name, size: index, root })
      },
    ),
  )
})

test('sizes with leading zeros, signs or points, endless lines and files without end are refused', () => {
  const root = 'SvEA'
  for (const size of ['01', '+1', '-1', '1.0', '1e3', '', ' 1', '9007199254740993', '99999999999999999999'])
    assert.throws(() => readCheckpoint(`a\n${size}\n${root}\n`), { code: 'checkpoint.malformed' }, size)
  const text = receipt(0, 40)
  assert.throws(() => readLogProof(text.replace('\nindex 0\n', '\nindex 00\n')), { code: 'proof.malformed' })
  assert.throws(() => readLogProof(text + 'x'.repeat(longestProofBytes)), { code: 'proof.malformed' })
  const hash = Buffer.alloc(32).toString('base64')
  assert.throws(() => readLogProof(`c2sp.org/tlog-proof@v1\nindex 0\n${`${hash}\n`.repeat(64)}\n${goNote}`), {
    code: 'proof.malformed',
  })
  assert.throws(() => readNote(`a\n\n${'— a AAAAAAA=\n'.repeat(33)}`), { code: 'note.malformed' })
  assert.equal(readNote(`a\n\n${'— a AAAAAAA=\n'.repeat(32)}`).signatures.length, 32)
})
