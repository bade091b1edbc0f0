import assert from 'node:assert/strict'
import { crc32, inflateRawSync } from 'node:zlib'

/** Opens a ZIP file from its directory at the end, as desktops do, and checks every sum. */
export function readZip(file: Buffer): Map<string, Buffer> {
  const end = file.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  assert.ok(end >= 0, 'no ZIP file')
  const count = file.readUInt16LE(end + 10)
  const found = new Map<string, Buffer>()
  let at = file.readUInt32LE(end + 16)
  for (let index = 0; index < count; index += 1) {
    assert.equal(file.toString('latin1', at, at + 4), 'PK\x01\x02')
    const [sum, packed, size] = [16, 20, 24].map((field) => file.readUInt32LE(at + field)) as [number, number, number]
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => file.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ]
    const local = file.readUInt32LE(at + 42)
    const name = file.toString('utf8', at + 46, at + 46 + nameLength)
    const from = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28)
    const content = inflateRawSync(file.subarray(from, from + packed))
    assert.equal(content.length, size, name)
    assert.equal(crc32(content), sum, name)
    found.set(name, content)
    at += 46 + nameLength + extra + comment
  }
  return found
}
