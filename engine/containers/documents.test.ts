import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { deflateSync, gzipSync } from 'node:zlib'
import { createEngine } from '#engine'
import { compileRules, testFiles, testRules } from '#engine/rules'
import { writeOle } from '#tests/container-formats'

const rules = await compileRules([testRules()])
const engine = await createEngine({ rules })
after(() => engine.close())
const [eicar, anywhere] = testFiles()
assert.ok(eicar && anywhere)
const look = async (bytes: Buffer | string) => {
  const { outcome, type, findings, notUnpacked } = await engine.scan({ bytes: Buffer.from(bytes as string, 'latin1') })
  return {
    outcome,
    type,
    places: findings.map(({ place }) => place.join('/')),
    reasons: notUnpacked.map(({ reason }) => reason),
  }
}

function pdf(filters: string, data: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`%PDF-1.7\n1 0 obj\n<< /Length ${data.length} ${filters} >>\nstream\r\n`),
    data,
    Buffer.from('\nendstream\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n'),
  ])
}

test('the streams of a PDF are opened, however their filters are written', async () => {
  const packed = deflateSync(eicar.content)
  const hex = Buffer.from(`${packed.toString('hex')}>`)
  for (const document of [
    pdf('/Filter /FlateDecode', packed),
    pdf('/Filter [/FlateDecode]', packed),
    pdf('/Filter/#46late#44ecode', packed),
    pdf('/Filter [ /ASCIIHexDecode /FlateDecode ]', hex),
    pdf('/Filter /ASCII85Decode', Buffer.from(`${encode85(eicar.content)}~>`)),
  ]) {
    const { outcome, type, places } = await look(document)
    assert.deepEqual([outcome, type, places], ['malicious', 'pdf', ['stream 1']])
  }
  assert.deepEqual((await look(pdf('/Filter /LZWDecode', packed))).reasons, ['unsupported'])
  assert.deepEqual((await look(pdf('/Filter /FlateDecode', Buffer.from('no stream')))).reasons, ['damaged'])
  const locked = Buffer.from(pdf('', packed).toString('latin1').replace('/Root', '/Encrypt 2 0 R /Root'), 'latin1')
  assert.deepEqual((await look(locked)).reasons, ['encrypted'])
})

function encode85(bytes: Buffer): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 4) {
    const part = Buffer.alloc(4)
    const count = bytes.copy(part, 0, at, at + 4)
    let value = part.readUInt32BE(0)
    let group = ''
    for (let digit = 0; digit < 5; digit++, value = Math.floor(value / 85))
      group = String.fromCharCode(33 + (value % 85)) + group
    text += group.slice(0, count + 1)
  }
  return text
}

test('what was dropped into an RTF is opened', async () => {
  const object = writeOle(anywhere.content, 'Contents').toString('hex')
  const broken = object.replace(/.{64}/g, '$&\\par {\\*\\x}\n ')
  for (const digits of [object, broken]) {
    const { outcome, places } = await look(`{\\rtf1 Text {\\object\\objemb{\\*\\objdata 0105${digits}}}}`)
    assert.deepEqual([outcome, places.includes('object 1/Contents')], ['malicious', true])
  }
})

test('the source of macros is unpacked', async () => {
  // One chunk in which nothing is copied: eight letters behind each byte of flags ([MS-OVBA] 2.4.1.1).
  const source = Buffer.from(`Attribute VB_Name = "Module1"\r\nSub AutoOpen()\r\n' ${anywhere.content}\r\nEnd Sub\r\n`)
  const chunk = Buffer.concat(
    Array.from({ length: Math.ceil(source.length / 8) }, (_, index) =>
      Buffer.concat([Buffer.from([0]), source.subarray(index * 8, index * 8 + 8)]),
    ),
  )
  const header = Buffer.alloc(3)
  header[0] = 1
  header.writeUInt16LE(0xb000 | (chunk.length - 1), 1)
  const { outcome, places } = await look(writeOle(Buffer.concat([Buffer.alloc(100), header, chunk]), 'Module1'))
  assert.equal(outcome, 'malicious')
  assert.ok(places.includes('Module1/Module1.vba') || places.includes('Module1.vba'), places.join())
})

test('a file that was dropped into a document has its own name', async () => {
  const text = (value: string) => Buffer.from(`${value}\0`)
  const size = Buffer.alloc(4)
  size.writeUInt32LE(eicar.content.length)
  const path = text('C:\\run.exe')
  const length = Buffer.alloc(4)
  length.writeUInt32LE(path.length)
  const native = Buffer.concat([
    Buffer.from([0, 0, 0, 0, 2, 0]),
    text('run.exe'),
    path,
    Buffer.from([0, 0, 3, 0]),
    length,
    path,
    size,
    eicar.content,
  ])
  assert.deepEqual((await look(writeOle(native, '\x01Ole10Native'))).places, ['run.exe'])
})

test('a document behind a password is told', async () => {
  assert.deepEqual((await look(writeOle(Buffer.alloc(5_000, 9), 'EncryptedPackage'))).reasons, ['encrypted'])
})

test('readers of mail are generous, and so is this one', async () => {
  const body = eicar.content.toString('base64')
  const letter = (type: string, inside: string) =>
    `From: a@example.org\nSubject: x\nMIME-Version: 1.0\nContent-Type: ${type}\n\n${inside}`
  const part = (headers: string, content: string) => `--b\n${headers}\n\n${content}\n`
  const base64 = 'Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="x"'
  for (const text of [
    // Without the last boundary, without quotes, in pieces, twice, in another letter.
    letter('multipart/mixed; boundary=b', part(base64, body)),
    letter('multipart/mixed;\n\tboundary*0="";\n\tboundary*1=b', part(base64, body)),
    letter('multipart/mixed; boundary=a\nContent-Type: multipart/mixed; boundary=b', part(base64, body)),
    letter(
      'multipart/mixed; boundary=b',
      part('Content-Type: message/rfc822', letter('text/plain\nContent-Transfer-Encoding: BASE64', body)),
    ),
    letter('multipart/mixed; boundary=b', part(base64, body.replace(/(.{10})/g, '$1 !\n'))),
    letter('application/octet-stream\nContent-Transfer-Encoding: base64', body),
  ]) {
    const { outcome, type } = await look(text)
    assert.deepEqual([outcome, type], ['malicious', 'mail'], text)
  }
  const locked = letter('multipart/encrypted; boundary=b', part('Content-Type: application/pgp-encrypted', 'x'))
  assert.ok((await look(locked)).reasons.includes('encrypted'))
})

test('a letter or a document made to take forever does not', async () => {
  const quick = await createEngine({ rules, limits: { milliseconds: 2_000 } })
  let letter = 'x\n'
  for (let depth = 0; depth < 45; depth++) {
    const types = `Content-Type: multipart/mixed; boundary=a${depth}\nContent-Type: multipart/mixed; boundary=b${depth}`
    letter = `From: a\nSubject: b\n${types}\n\n--a${depth}\n--b${depth}\n${letter}`
  }
  const header = Buffer.from([0, 0xb0])
  const macros = Buffer.concat([
    Buffer.from('\x01\x08\xb0\0Attribut', 'latin1'),
    ...Array.from({ length: 500_000 }, () => header),
  ])
  for (const bytes of [
    Buffer.from(letter),
    writeOle(macros, 'Module1'),
    Buffer.from(`%PDF-1.7\n${'<< /Filter /FlateDecode >> stream\n'.repeat(100_000)}`),
    Buffer.from(`%PDF-1.7\n${'stream\n'.repeat(500_000)}`),
    Buffer.from(`{\\rtf1 ${'\\objdata 00'.repeat(300_000)}`),
    Buffer.from(`From: a\nSubject: b\n\n${'begin 644 x\n'.repeat(300_000)}`),
    Buffer.from(`From: a\nSubject: b\nContent-Type: multipart/mixed; boundary=b\n\n${'--b\n\n'.repeat(300_000)}`),
  ]) {
    const began = performance.now()
    await quick.scan({ bytes })
    assert.ok(performance.now() - began < 10_000, bytes.toString('latin1', 0, 60))
  }
})

test('a script that carries what it installs is opened', async () => {
  const script = Buffer.concat([Buffer.from('#!/bin/sh\ntail -n +3 "$0" | tar xz\nexit\n'), gzipSync(anywhere.content)])
  assert.equal((await look(script)).outcome, 'malicious')
})
