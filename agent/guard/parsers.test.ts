import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseEvents } from '#agent/kernel'
import { isExcluded } from './exclusions.ts'
import { isLost, parse } from './groups.ts'
import { mountsBelow, parseMounts, whatIsOfMachine } from './mounts.ts'
import { isAsking } from './others.ts'
import { changedSince } from './state.ts'

test('events of the kernel are read as they were written, and anything else is refused', () => {
  const event = fc.record(
    {
      mask: fc.nat(0x7fffffff),
      fd: fc.integer({ min: -1, max: 100_000 }),
      pid: fc.nat(4_194_304),
    },
    { noNullPrototype: true },
  )
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), (events) => {
      const bytes = Buffer.alloc(events.length * 24)
      for (const [index, { mask, fd, pid }] of events.entries()) {
        bytes.writeUInt32LE(24, index * 24)
        bytes[index * 24 + 4] = 3
        bytes.writeUInt32LE(mask, index * 24 + 8)
        bytes.writeInt32LE(fd, index * 24 + 16)
        bytes.writeInt32LE(pid, index * 24 + 20)
      }
      assert.deepEqual(parseEvents(bytes, bytes.length), events)
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const events = parseEvents(Buffer.from(bytes), bytes.length)
      assert.ok(events === undefined || events.length <= bytes.length / 24)
    }),
  )
})

test('the name behind an event is read as the kernel wrote it, and nothing past its end', () => {
  const name = fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => bytes.map((byte) => byte || 1))
  fc.assert(
    fc.property(name, fc.nat(32), fc.nat(2_000), (bytes, handle, wrong) => {
      const length = 20 + handle + bytes.length + 1
      const event = Buffer.alloc(24 + length)
      event.writeUInt32LE(24 + length, 0)
      event[4] = 3
      event.writeInt32LE(-1, 16)
      event[24] = 2
      event.writeUInt16LE(length, 26)
      event.writeUInt32LE(handle, 36)
      event.set(bytes, 44 + handle)
      assert.equal(parseEvents(event, event.length)?.[0]?.name, Buffer.from(bytes).toString('latin1'))
      event.writeUInt32LE(wrong, 36)
      const [read] = parseEvents(event, event.length) ?? []
      assert.ok((read?.name ?? '').length <= length)
      event.writeUInt16LE(wrong, 26)
      assert.ok(parseEvents(event, event.length))
    }),
  )
})

test('mounts are read with their names, blanks too', () => {
  const text = `36 35 98:0 / /mnt/with\\040blank rw,noatime shared:1 - ext4 /dev/root rw\n23 35 0:22 / /proc rw - proc proc rw\n41 35 0:50 / /mnt/m rw - fuse.sshfs host: rw,user_id=1000,group_id=1000\n42 35 0:51 / /m rw - fuse.bindfs /x rw,user_id=0,allow_other\n`
  assert.deepEqual(parseMounts(text), [
    { id: 36, device: '98:0', path: '/mnt/with blank', type: 'ext4' },
    { id: 23, device: '0:22', path: '/proc', type: 'proc' },
    // Its server is an ordinary user's program, which could hold us up or lie to us.
    { id: 41, device: '0:50', path: '/mnt/m', type: 'fuse.sshfs', isOfUser: true },
    { id: 42, device: '0:51', path: '/m', type: 'fuse.bindfs' },
  ])
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (any) => Array.isArray(parseMounts(any))))
})

test('a scan of everything goes on into each file system below, and not twice into one that is bound there', () => {
  const mounts = [
    ['8:1', '/'], ['8:2', '/srv'], ['8:1', '/srv/bound'], ['8:1', '/again'], ['8:3', '/srv/a'], ['8:3', '/srv/b'], ['8:3', '/srv/b'], ['8:4', '/srvother'],
  ].map(([device = '', path = ''], id) => ({ id, device, path, type: 'ext4' })) // biome-ignore format: a list reads better in lines
  assert.deepEqual(mountsBelow('/', mounts), ['/srv', '/srv/bound', '/srv/a', '/srv/b', '/srvother'])
  assert.deepEqual(mountsBelow('/srv', mounts), ['/srv/bound', '/srv/a', '/srv/b'])
  assert.deepEqual(mountsBelow('/srv/a', mounts), [])
})

test('what lies on a server, on a stick or in a mount of a person is not of this machine alone', () => {
  const mounts = [
    '25 1 8:1 / / rw - ext4 /dev/sda1 rw',
    '26 25 0:40 / /people/aino/Documents rw - nfs4 server:/aino rw',
    '27 25 0:41 / /people/eero/Kuvat rw - fuse.sshfs eero@server:/ rw,user_id=1001',
    '28 25 8:17 / /srv/stick rw - vfat /dev/sdb1 rw',
    '29 25 0:42 / /srv/stick rw - tmpfs tmpfs rw',
    '30 25 0:43 / /nfs rw - autofs systemd-1 rw',
  ].join('\n')
  const where = whatIsOfMachine(mounts)
  assert.ok(['/people', '/people/aino/Documents2', '/srv/stick/of', '/srv/stick'].every(where))
  assert.ok(!['/people/aino/Documents', '/people/eero/Kuvat/2026', '/nfs/home'].some(where))
  assert.ok(!whatIsOfMachine('')('/people'))
})

test('another group counts only when it asks for answers on the same file systems', () => {
  const info = (line: string) => `pos:\t0\nfanotify flags:4 event-flags:8000\n${line}\n`
  const ids = new Set([0x1f])
  const devices = new Set([0x800001])
  assert.ok(isAsking(info('fanotify mnt_id:1f mflags:0 mask:10000 ignored_mask:0'), ids, devices))
  assert.ok(isAsking(info('fanotify sdev:800001 mflags:0 mask:50000 ignored_mask:0'), ids, devices))
  assert.ok(!isAsking(info('fanotify sdev:800001 mflags:0 mask:8 ignored_mask:0'), ids, devices))
  assert.ok(!isAsking(info('fanotify mnt_id:20 mflags:0 mask:10000 ignored_mask:0'), ids, devices))
})

test('a clock that was set back moves the mark back by as much', () => {
  const mark = { wall: 1_000_000, sinceBoot: 50_000, boot: 'one' }
  const slack = 3_000
  assert.equal(changedSince(mark, { wall: 1_010_000, sinceBoot: 60_000, boot: 'one' }), 1_000_000 - slack)
  // Ten seconds on, the clock says an hour less.
  assert.equal(
    changedSince(mark, { wall: 1_010_000 - 3_600_000, sinceBoot: 60_000, boot: 'one' }),
    1_000_000 - 3_600_000 - slack,
  )
  assert.equal(changedSince(mark, { wall: 400_000, sinceBoot: 1_000, boot: 'two' }), 400_000 - slack)
})

test('an exclusion holds for what it names and until it ends', () => {
  const verdict = { sha256: 'a'.repeat(64), findings: [{ rule: 'One' }] } as Parameters<typeof isExcluded>[2]
  const policy = { profile: 'default', reportOnly: false, deadlineMs: 1, exclusions: [], allowed: [] } as const
  const excluded = (exclusion: Parameters<typeof isExcluded>[0]['exclusions'][number], path: string) =>
    isExcluded({ ...policy, exclusions: [exclusion] }, path, verdict)
  assert.ok(excluded({ path: '/a/b' }, '/a/b/c'))
  assert.ok(excluded({ path: '/a/b/' }, '/a/b/c'))
  assert.ok(!excluded({ path: '/a/b' }, '/a/bc'))
  assert.ok(!excluded({ path: '/a/b', until: '2001-01-01T00:00:00Z' }, '/a/b/c'))
  assert.ok(excluded({ rule: 'One' }, '/x'))
  assert.ok(!excluded({ rule: 'Two' }, '/x'))
})

test('a file that cannot be opened for the guard ends neither it nor what comes after', () => {
  const nothing = Buffer.alloc(24)
  for (const gone of [2, 5, 107]) assert.deepEqual([parse(nothing, -gone), isLost(-gone)], [[], false])
  for (const full of [12, 23, 24]) assert.deepEqual([parse(nothing, -full), isLost(-full)], [[], true])
  for (const broken of [9, 14, 22]) assert.throws(() => parse(nothing, -broken))
})
