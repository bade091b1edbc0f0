import assert from 'node:assert/strict'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { isLoopback, isPublic, wallFor } from '#server/network-wall'

const refuse = () => new Error('refused')

test('an address of a private, shared or special network is not public, however it is written', () => {
  for (const text of [
    'http://127.1/', 'http://2130706433/', 'http://0x7f.0.0.1/', 'http://0/', 'http://10.0.0.1/', 'http://169.254.169.254/',
    'http://[::1]/', 'http://[::]/', 'http://[::ffff:127.0.0.1]/', 'http://[::ffff:7f00:1]/', 'http://[fe80::1]/',
    'http://[fd00::1]/', 'http://[64:ff9b::7f00:1]/', 'http://[2002:7f00:1::]/', 'http://100.64.0.1/', 'http://224.0.0.1/',
  ]) // biome-ignore format: a list reads better in lines than in a column
    assert.throws(() => wallFor(new URL(text), isPublic, refuse), /refused/, text)
  assert.ok(isPublic('193.166.0.1') && isPublic('2a00:1450:4001::1'))
  assert.ok(isLoopback('127.0.0.1') && isLoopback('::1') && !isLoopback('127.example') && !isLoopback('10.0.0.1'))
})

test('no address in 10/8, 172.16/12, 192.168/16 or 127/8 is public', () => {
  const byte = fc.nat(255)
  fc.assert(
    fc.property(byte, byte, byte, (a, b, c) => {
      for (const address of [
        `10.${a}.${b}.${c}`,
        `172.${16 + (a % 16)}.${b}.${c}`,
        `192.168.${b}.${c}`,
        `127.${a}.${b}.${c}`,
      ])
        assert.ok(!isPublic(address), address)
    }),
  )
})

test('a name is looked at when the connection is made: one that leads to this machine leads nowhere', async () => {
  let asked = 0
  const server = createServer((_request, response) => {
    asked += 1
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(`http://localhost:${(server.address() as AddressInfo).port}/`)
  const go = (mayReach: (address: string) => boolean) =>
    new Promise<number>((resolve, reject) => {
      const sent = request(url, { agent: false, lookup: wallFor(url, mayReach, refuse) }, (answer) =>
        resolve(answer.resume().statusCode ?? 0),
      )
      sent.on('error', reject)
      sent.end()
    })
  await assert.rejects(go(isPublic), /refused/)
  assert.equal(asked, 0)
  assert.equal(await go(isLoopback), 200)
  server.close()
})
