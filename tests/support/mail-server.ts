import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export type Received = { from: string; to: string[]; text: string }

/** A real SMTP peer; `refuse` answers a recipient with an error. */
export async function startMailServer(refuse: (to: string) => number | undefined = () => undefined) {
  const received: Received[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo({ address }, _session, done) {
      const code = refuse(address)
      done(code === undefined ? undefined : Object.assign(new Error(`<${address}> says no`), { responseCode: code }))
    },
    onData(stream, { envelope }, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        received.push({
          from: envelope.mailFrom ? envelope.mailFrom.address : '',
          to: envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(parts).toString('utf8'),
        })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    received,
    stop: () => new Promise<void>((done) => server.close(done)),
  }
}

/** The parts of a letter, each with its headers and what it says. */
export function readParts(letter: string): { head: string; content: string }[] {
  const boundary = /boundary="([^"]+)"/.exec(letter)?.[1]
  const parts = boundary ? letter.split(`--${boundary}`).slice(1, -1) : [letter]
  return parts.map((part) => {
    const [head = '', ...rest] = part.trimStart().split('\r\n\r\n')
    const body = rest.join('\r\n\r\n')
    const unfolded = head.replaceAll(/\r\n[ \t]+/g, ' ')
    if (/Transfer-Encoding: base64/i.test(unfolded))
      return { head: unfolded, content: Buffer.from(body, 'base64').toString() }
    if (!/quoted-printable/i.test(unfolded)) return { head: unfolded, content: body }
    const bytes = body
      .replaceAll(/=\r\n/g, '')
      .replaceAll(/=([0-9A-F]{2})/g, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    return { head: unfolded, content: Buffer.from(bytes, 'latin1').toString() }
  })
}
