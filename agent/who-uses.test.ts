import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createWhoUses, findAddresses, findSeated, findSerial } from './who-uses.ts'

const folder = mkdtempSync(join(tmpdir(), 'vartio-who-uses-'))
after(() => rmSync(folder, { recursive: true }))
for (const name of ['seats', 'sessions']) mkdirSync(join(folder, name))

/** As systemd-logind writes it. */
const session = (id: string, { user = 'aino', uid = 1_000, of = 'user', remote = 0 } = {}) =>
  writeFileSync(
    join(folder, 'sessions', id),
    `# This is private data. Do not parse.\nUID=${uid}\nUSER=${user}\nACTIVE=1\nIS_DISPLAY=1\nSTATE=active\nREMOTE=${remote}\nTYPE=wayland\nCLASS=${of}\nSEAT=seat0\n`,
  )
const front = (id: string) =>
  writeFileSync(
    join(folder, 'seats/seat0'),
    `# This is private data. Do not parse.\nIS_SEAT0=1\nCAN_MULTI_SESSION=1\nACTIVE=${id}\nACTIVE_UID=1\nSESSIONS=${id} 9\n`,
  )

test('EP-15 who uses a device is who sits at it: one person, and no service, no screen that waits, nobody from elsewhere', () => {
  assert.equal(findSeated(folder), undefined)
  assert.equal(findSeated(join(folder, 'nothing')), undefined)
  session('2')
  session('9', { user: 'pekka', uid: 1_001 })
  front('2')
  assert.deepEqual(findSeated(folder), { name: 'aino', uid: 1_000 })
  for (const other of [
    { of: 'greeter', user: 'gdm', uid: 120 },
    { of: 'lock-screen' },
    { of: 'manager' },
    { user: 'root', uid: 0 },
    { user: 'nobody', uid: 65_534 },
    { user: 'made-up', uid: 61_200 },
    { remote: 1 },
    { user: '' },
  ]) {
    session('2', other)
    assert.equal(findSeated(folder), undefined, JSON.stringify(other))
  }
  for (const wrong of ['', '../sessions/9', 'missing', '9 2']) {
    front(wrong)
    assert.equal(findSeated(folder), undefined, wrong)
  }
})

test('EP-02 whoever was there last uses it until somebody else does: when people come and go is not told', () => {
  front('')
  const who = createWhoUses(folder, () => 'SN-1')
  assert.deepEqual([who.tell().user, who.uid()], [null, undefined])
  session('2')
  front('2')
  assert.deepEqual([who.tell().user, who.uid(), who.tell().serial], ['aino', 1_000, 'SN-1'])
  front('')
  assert.deepEqual([who.tell().user, who.uid()], ['aino', 1_000])
  front('9')
  session('9', { user: 'pekka', uid: 1_001 })
  assert.deepEqual([who.tell().user, who.uid()], ['pekka', 1_001])
  assert.ok(!('serial' in createWhoUses(folder, () => undefined).tell()))
})

test('A-70 EP-15 addresses are those of the device’s own interfaces, and none of a tunnel', () => {
  const nets = join(folder, 'net')
  const net = (name: string, type: number, isTunnel = false) => {
    mkdirSync(join(nets, name), { recursive: true })
    writeFileSync(join(nets, name, 'type'), `${type}\n`)
    if (isTunnel) writeFileSync(join(nets, name, 'tun_flags'), '0x1002\n')
  }
  for (const [name, type, isTunnel] of [
    ['lo', 772, false],
    ['enp3s0', 1, false],
    ['wlan0', 1, false],
    ['wg0', 65_534, false],
    ['tun0', 65_534, true],
    ['tap0', 1, true],
    ['docker0', 1, false],
  ] as const)
    net(name, type, isTunnel)
  const of = (address: string, internal = false) => [{ address, internal }] as never
  const interfaces = {
    lo: of('127.0.0.1', true),
    enp3s0: [...of('192.0.2.7'), ...of('169.254.3.4'), ...of('fe80::1')],
    wlan0: of('2001:db8::7'),
    wg0: of('198.51.100.1'),
    tun0: of('198.51.100.2'),
    tap0: of('198.51.100.3'),
    docker0: of('172.17.0.1'),
    unknown: of('198.51.100.4'),
  }
  assert.deepEqual(findAddresses(interfaces, nets), ['192.0.2.7', '2001:db8::7'])
})

test('a serial number is told where there is one', () => {
  const file = (content: string) => {
    writeFileSync(join(folder, 'serial'), content)
    return [join(folder, 'nothing'), join(folder, 'serial')]
  }
  assert.equal(findSerial(file('PF-2ABCDE\n')), 'PF-2ABCDE')
  assert.equal(findSerial(file('10000000abcdef01\0')), '10000000abcdef01')
  for (const none of ['', 'None\n', '0\n', 'xxxxxxx', 'To Be Filled By O.E.M.', 'Default string', 'Not Specified', 'ä'])
    assert.equal(findSerial(file(none)), undefined, none)
  assert.equal(findSerial([join(folder, 'nothing')]), undefined)
})
