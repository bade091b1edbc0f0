import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { readAttributes, writeAttribute } from '#agent/kernel'
import { openQuarantine } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'vartio-quarantine-'))
const store = join(folder, 'store')
const place = join(folder, 'place')
let quarantine = openQuarantine(store)

beforeEach(() => {
  rmSync(place, { recursive: true, force: true })
  mkdirSync(place)
})
after(() => rmSync(folder, { recursive: true, force: true }))

const isRoot = process.getuid?.() === 0
const sha256 = '0'.repeat(64)

function take(path: string, before: () => void = () => undefined) {
  const fd = openSync(path, 'r')
  try {
    before()
    return quarantine.take({ fd, path: Buffer.from(path), sha256, why: 'test' })
  } finally {
    closeSync(fd)
  }
}

const everything = (path: string) => {
  const fd = openSync(path, 'r')
  const { mode, uid, gid, size, mtimeNs, atimeNs } = statSync(path, { bigint: true })
  const attributes = readAttributes(fd).map(({ name, value }) => `${name}=${value.toString('hex')}`)
  closeSync(fd)
  return { mode, uid, gid, size, mtimeNs, atimeNs, attributes: attributes.sort() }
}

test('a file comes back with its content, owner, mode, access list, attributes and times', () => {
  const path = join(place, 'program')
  writeFileSync(path, 'what was in it', { mode: 0o640 })
  const fd = openSync(path, 'r+')
  writeAttribute(fd, { name: 'user.vartio', value: Buffer.from('kept') })
  if (isRoot) {
    // An access list with one more user: version 2, then tag, rights and id of each entry (acl(5)).
    const entries = [[1, 6, -1], [2, 4, 1234], [4, 4, -1], [16, 4, -1], [32, 0, -1]] // biome-ignore format: a table
    const list = Buffer.alloc(4 + entries.length * 8)
    list.writeUInt32LE(2)
    for (const [index, [tag = 0, rights = 0, id = 0]] of entries.entries()) {
      list.writeUInt16LE(tag, 4 + index * 8)
      list.writeUInt16LE(rights, 6 + index * 8)
      list.writeInt32LE(id, 8 + index * 8)
    }
    writeAttribute(fd, { name: 'system.posix_acl_access', value: list })
    execFileSync('chown', ['1234:1235', path])
    execFileSync('chmod', ['u+s', path])
  }
  closeSync(fd)
  utimesSync(path, 1_000_000_000.123456, 1_100_000_000.654321)
  const before = everything(path)
  const { id } = take(path)
  assert.ok(!existsSync(path))
  quarantine = openQuarantine(store)
  quarantine.restore(id)
  assert.deepEqual(everything(path), before)
  assert.equal(readFileSync(path, 'utf8'), 'what was in it')
  assert.deepEqual(quarantine.list(), [])
  assert.deepEqual(readdirSync(store), ['key'])
})

test('nothing of a file can be read in the quarantine, and a byte that was changed there brings nothing back', () => {
  const path = join(place, 'secret')
  writeFileSync(path, 'something that can be searched for')
  const { id } = take(path)
  for (const name of readdirSync(store)) {
    assert.ok(!readFileSync(join(store, name)).includes('searched'), name)
    assert.ok(!readFileSync(join(store, name)).includes('place/secret'), name)
    assert.equal(statSync(join(store, name)).mode & 0o077, 0)
  }
  const content = join(store, `${id}.content`)
  const bytes = readFileSync(content)
  bytes[10]! ^= 1
  writeFileSync(content, bytes)
  assert.throws(() => quarantine.restore(id), { code: 'quarantine.damaged' })
  assert.deepEqual(readdirSync(place), [])
  bytes[10]! ^= 1
  writeFileSync(content, bytes.subarray(0, bytes.length - 20))
  assert.throws(() => quarantine.restore(id), { code: 'quarantine.damaged' })
  assert.deepEqual(readdirSync(place), [])
  quarantine.remove(id)
})

test('any content comes back as it was, holes too', () => {
  const pieces = fc.array(
    fc.record({ at: fc.nat(3_000_000), bytes: fc.uint8Array({ minLength: 1, maxLength: 200_000, size: 'max' }) }),
    { maxLength: 4 },
  )
  fc.assert(
    fc.property(pieces, fc.nat(4_000_000), (written, length) => {
      const path = join(place, 'sparse')
      rmSync(path, { force: true })
      const fd = openSync(path, 'w')
      for (const { at, bytes } of written) writeSync(fd, bytes, 0, bytes.length, at)
      closeSync(fd)
      if (length > statSync(path).size) truncateSync(path, length)
      const before = { content: readFileSync(path), blocks: statSync(path).blocks }
      quarantine.restore(take(path).id)
      assert.ok(readFileSync(path).equals(before.content))
      assert.ok(statSync(path).blocks <= before.blocks + 16, `${statSync(path).blocks} blocks, before ${before.blocks}`)
    }),
    { numRuns: 30 },
  )
})

test('a file that was put in its place meanwhile is left alone', () => {
  const path = join(place, 'swapped')
  writeFileSync(path, 'judged')
  assert.throws(
    () =>
      take(path, () => {
        renameSync(path, `${path}.old`)
        writeFileSync(path, 'innocent')
      }),
    { code: 'quarantine.replaced' },
  )
  assert.equal(readFileSync(path, 'utf8'), 'innocent')
  assert.equal(readFileSync(`${path}.old`, 'utf8'), 'judged')
  assert.deepEqual(quarantine.list(), [])
})

test('a link in the place of its folder leads nowhere', () => {
  const inner = join(place, 'inner')
  const target = join(place, 'target')
  mkdirSync(inner)
  mkdirSync(target)
  writeFileSync(join(inner, 'file'), 'judged')
  linkSync(join(inner, 'file'), join(target, 'file'))
  const swap = () => {
    renameSync(inner, `${inner}.old`)
    symlinkSync(target, inner)
  }
  // It is even the same file at the other end.
  assert.throws(() => take(join(inner, 'file'), swap), { code: 'kernel.refused' })
  assert.ok(existsSync(join(target, 'file')))
})

test('restoring overwrites nothing and passes through no link', () => {
  const path = join(place, 'back')
  writeFileSync(path, 'judged')
  const { id } = take(path)
  writeFileSync(path, 'somebody else’s')
  assert.throws(() => quarantine.restore(id), { code: 'quarantine.name_taken' })
  assert.equal(readFileSync(path, 'utf8'), 'somebody else’s')
  rmSync(path)
  symlinkSync(join(place, 'elsewhere'), path)
  assert.throws(() => quarantine.restore(id), { code: 'quarantine.name_taken' })
  mkdirSync(join(place, 'real'))
  symlinkSync(join(place, 'real'), join(place, 'link'))
  assert.throws(() => quarantine.restore(id, join(place, 'link', 'file')), { code: 'quarantine.no_folder' })
  assert.throws(() => quarantine.restore(id, join(place, 'gone', 'file')), { code: 'quarantine.no_folder' })
  assert.deepEqual(readdirSync(join(place, 'real')), [])
  quarantine.restore(id, join(place, 'real', 'file'))
  assert.equal(readFileSync(join(place, 'real', 'file'), 'utf8'), 'judged')
})

test('other names of the same file are told', () => {
  const path = join(place, 'one')
  writeFileSync(path, 'judged')
  linkSync(path, join(place, 'other'))
  assert.equal(take(path).otherNames, 1)
  assert.ok(existsSync(join(place, 'other')))
})

test('a name may be as long as the system allows, and any bytes', () => {
  let deep = place
  while (deep.length + 201 < 4_090) deep = join(deep, 'd'.repeat(200))
  mkdirSync(deep, { recursive: true })
  const path = Buffer.concat([Buffer.from(`${deep}/`), Buffer.from([0xff, 0xfe, 0x0a])])
  writeFileSync(path, 'judged')
  const fd = openSync(path, 'r')
  const { id } = quarantine.take({ fd, path, sha256, why: 'test' })
  closeSync(fd)
  assert.ok(!existsSync(path))
  quarantine.restore(id)
  assert.equal(readFileSync(path, 'utf8'), 'judged')
})

test('what is no file is not taken, and an id leads out of no folder', () => {
  const path = join(place, 'pipe')
  execFileSync('mkfifo', [path])
  const fd = openSync(path, 'r+')
  assert.throws(() => quarantine.take({ fd, path: Buffer.from(path), sha256, why: 'test' }), {
    code: 'quarantine.no_file',
  })
  closeSync(fd)
  for (const id of ['../../etc/passwd', 'no-such-item', ''])
    assert.throws(() => quarantine.restore(id), { code: 'quarantine.no_item' })
})

test('what was half done when the power went is tidied up', () => {
  writeFileSync(join(store, 'abcdef01-half.content'), '', { mode: 0o600 })
  writeFileSync(join(store, 'abcdef01.content.new'), '', { mode: 0o600 })
  quarantine = openQuarantine(store)
  assert.deepEqual(
    readdirSync(store).filter((name) => name.startsWith('abcdef01')),
    [],
  )
})
