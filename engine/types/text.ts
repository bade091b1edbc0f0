/** Text has no control characters but those of lines; UTF-16 says so at its start. Only the first bytes are asked. */
export function isText(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 4096)
  if (/^(?:\xff\xfe|\xfe\xff)/.test(head.toString('latin1', 0, 2))) return true
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27) || byte === 127) return false
  return true
}

const field = /^[!-9;-~]+[ \t]*:/

/** Fields that a letter has and other text with colons has not (RFC 5322 §3.6, RFC 2045 §3). */
const telling =
  /^(?:received|return-path|delivered-to|from|to|cc|subject|date|message-id|mime-version|content-type|content-transfer-encoding|x-[a-z-]+|dkim-signature|authentication-results)$/

/**
 * A letter begins with fields, of which at least two are telling, before an empty line; mbox puts a "From " line before that. Generous:
 * taking a text apart in vain costs little, and readers of mail are generous too.
 */
export function isMail(bytes: Buffer): boolean {
  const lines = bytes
    .toString('latin1', 0, 16_384)
    .replace(/^\xef\xbb\xbf/, '')
    .split(/\r?\n/)
  let known = 0
  for (const [index, line] of lines.entries()) {
    if (index === 0 && /^>?From \S/.test(line)) continue
    if (line === '') return known >= 2
    if (/^[ \t]/.test(line) && index > 0) continue
    if (!field.test(line)) return false
    if (telling.test(line.slice(0, line.indexOf(':')).trim().toLowerCase())) known += 1
  }
  return known >= 2
}
