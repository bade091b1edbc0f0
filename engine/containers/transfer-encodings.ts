/** Characters of no meaning are passed over (RFC 2045 §6.8); after padding it goes on, as in parts that were put together. */
export function decodeBase64(text: string): Buffer {
  const clean = text.replace(/[^A-Za-z0-9+/=_-]+/g, '')
  if (!clean.includes('=')) return Buffer.from(clean, 'base64')
  return Buffer.concat(clean.split(/=+/).map((piece) => Buffer.from(piece, 'base64')))
}

export function decodeQuotedPrintable(text: string): Buffer {
  const joined = text.replace(/=[ \t]*\r?\n/g, '')
  return Buffer.from(
    joined.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}

const mostFiles = 1_000

/** Files between `begin 644 name` and `end` (POSIX uuencode), each line with its length in front. */
export function* decodeUu(text: string): Generator<{ bytes: Buffer; name?: string }> {
  const pattern = /^begin [0-7]{3,4} ([^\r\n]{1,1024})\r?\n/gm
  let found = pattern.exec(text)
  for (let count = 0; found !== null && count < mostFiles; count++) {
    const end = text.indexOf('\nend', pattern.lastIndex - 1)
    const lines = text.slice(pattern.lastIndex, end === -1 ? undefined : end).split(/\r?\n/)
    yield { name: found[1] ?? '', bytes: Buffer.concat(lines.map(decodeUuLine)) }
    if (end === -1) return
    pattern.lastIndex = end
    found = pattern.exec(text)
  }
}

function decodeUuLine(line: string): Buffer {
  const value = (index: number) => ((line.charCodeAt(index) || 32) - 32) & 0x3f
  const length = line === '' ? 0 : value(0)
  const bytes = Buffer.alloc(length)
  for (let index = 0, at = 1; index < length; index += 3, at += 4) {
    const four = (value(at) << 18) | (value(at + 1) << 12) | (value(at + 2) << 6) | value(at + 3)
    for (let part = 0; part < 3 && index + part < length; part++) bytes[index + part] = (four >> (16 - part * 8)) & 0xff
  }
  return bytes
}
