import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { hardwareHash, hardwareId } from './hardware.ts'

const folder = mkdtempSync(join(tmpdir(), 'vartio-hardware-'))
after(() => rmSync(folder, { recursive: true }))
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

test('a product UUID counts before the machine id, unless it is none', () => {
  const uuid = file('uuid', '4C4C4544-0042-3510-8052-B4C04F4D5931\n')
  const machine = file('machine', '3d1219c7c4c5404aaa1f6d2a48adfda4\n')
  assert.equal(hardwareId([uuid, machine]), '4c4c4544-0042-3510-8052-b4c04f4d5931')
  assert.equal(hardwareId([join(folder, 'nothing'), machine]), '3d1219c7c4c5404aaa1f6d2a48adfda4')
  for (const none of [
    '',
    '00000000-0000-0000-0000-000000000000',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    '03000200-0400-0500-0006-000700080009',
  ])
    assert.equal(hardwareId([file('none', none), machine]), '3d1219c7c4c5404aaa1f6d2a48adfda4')
  assert.equal(hardwareId([join(folder, 'nothing')]), undefined)
})

test('EP-04 the same hardware is another number in each organisation, and always the same in one', () => {
  const [one, other] = ['AAAAAAAAAAAAAAAAAAAAAA', 'BBBBBBBBBBBBBBBBBBBBBB'] as const
  assert.match(hardwareHash(one, 'hardware'), /^[A-Za-z0-9_-]{43}$/)
  assert.equal(hardwareHash(one, 'hardware'), hardwareHash(one, 'hardware'))
  assert.notEqual(hardwareHash(one, 'hardware'), hardwareHash(other, 'hardware'))
})
