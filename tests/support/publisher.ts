import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { watchRuleOrders } from '#supervisor/rule-maker'
import { createCertificate } from '#tests/certificate'

/** Whoever publishes rule sets, over real TLS on this machine: tags, ranges, and what else a test wants of it. */
export async function createPublisher() {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-publisher-'))
  const { cert, key } = createCertificate('localhost')
  const authority = join(folder, 'authority.pem')
  writeFileSync(authority, cert)
  // Read by Node when it is first asked what this machine trusts.
  process.env.SSL_CERT_FILE = authority
  const files = new Map<string, Buffer>()
  const moved = new Map<string, string>()
  const asked: { path: string; headers: IncomingHttpHeaders; status: number }[] = []
  let breakAt: number | undefined
  const server = createServer({ cert, key }, (request, answer) => {
    const path = request.url ?? ''
    const content = files.get(path)
    const end = (status: number, headers: Record<string, string | number> = {}, body?: Buffer) => {
      asked.push({ path, headers: request.headers, status })
      answer.writeHead(status, headers)
      if (body !== undefined && breakAt !== undefined) {
        const at = breakAt
        breakAt = undefined
        answer.write(body.subarray(0, at), () => setTimeout(() => answer.destroy(), 100))
      } else answer.end(body)
    }
    const location = moved.get(path)
    if (location) return end(302, { location })
    if (!content) return end(404)
    const etag = `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`
    if (request.headers['if-none-match'] === etag) return end(304, { etag })
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (from > 0 && request.headers['if-range'] === etag) {
      const rest = content.subarray(from)
      const range = `bytes ${from}-${content.length - 1}/${content.length}`
      return end(206, { etag, 'content-length': rest.length, 'content-range': range }, rest)
    }
    return end(200, { etag, 'content-length': content.length }, content)
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  after(() => {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    host: `localhost:${port}`,
    at: (path: string) => `https://localhost:${port}${path}`,
    publish: (path: string, content: Buffer) => void files.set(path, content),
    move: (path: string, to: string) => void moved.set(path, to),
    /** The next answer breaks off after so many bytes. */
    breakAfter(bytes: number) {
      breakAt = bytes
    },
    asked,
  }
}

/** What the supervisor does for a portal: carries its orders out, in the real process. */
export function startRuleMaker(programs: string): void {
  const root = join(import.meta.dirname, '..', '..')
  const said: string[] = []
  const say = Object.assign((text: string) => void said.push(text), { trouble: (text: string) => void said.push(text) })
  const maker = watchRuleOrders({ programs }, { folder: root, node: process.execPath }, say as never)
  after(() => maker.stop())
}
