/** Text has no control characters but those of lines; UTF-16 says so at its start. Only the first bytes are asked. */
export function isText(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 4096)
  if (/^(?:\xff\xfe|\xfe\xff)/.test(head.toString('latin1', 0, 2))) return true
  for (let at = 0; at < head.length; at++) if (isControl[head[at] as number] === 1) return false
  return true
}

/** A table, since this is asked of every byte. */
const isControl = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 9 || (byte > 13 && byte < 32 && byte !== 27) || byte === 127 ? 1 : 0,
)

const field = /^[!-9;-~]+[ \t]*:/

/** Fields that a letter has and other text with colons has not (RFC 5322 §3.6, RFC 2045 §3). */
const telling =
  /^(?:received|return-path|delivered-to|from|to|cc|subject|date|message-id|mime-version|content-type|content-transfer-encoding|x-[a-z-]+|dkim-signature|authentication-results)$/

/**
 * A letter begins with fields, of which at least two are telling, before an empty line; mbox puts a "From " line before that. Generous:
 * taking a text apart in vain costs little, and readers of mail are generous too.
 */
export function isMail(bytes: Buffer): boolean {
  const text = bytes.toString('latin1', 0, 16_384).replace(/^\xef\xbb\xbf/, '')
  let known = 0
  // Most files say in their first line that they are none: the others are not cut.
  for (let from = 0, end = 0; end !== -1; from = end + 1) {
    end = text.indexOf('\n', from)
    const line = text.slice(from, end === -1 ? undefined : end).replace(/\r$/, '')
    if (from === 0 && /^>?From \S/.test(line)) continue
    if (line === '') return known >= 2
    if (/^[ \t]/.test(line) && from > 0) continue
    if (!field.test(line)) return false
    if (telling.test(line.slice(0, line.indexOf(':')).trim().toLowerCase())) known += 1
  }
  return known >= 2
}
