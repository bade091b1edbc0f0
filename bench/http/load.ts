import { text } from 'node:stream/consumers'
import autocannon from 'autocannon'

// Reads what to ask on standard input, asks it as fast as it is answered, and writes what came of it.
const { port, host, path, cookies, connections, seconds } = JSON.parse(await text(process.stdin)) as {
  port: number
  host: string
  path: string
  cookies: string[]
  connections: number
  seconds: number
}
let next = 0
const result = await autocannon({
  url: `http://127.0.0.1:${port}${path}`,
  connections,
  duration: seconds,
  setupClient(client) {
    client.setHeaders({ host, cookie: cookies[next % cookies.length] ?? '' })
    next += 1
  },
})
process.stdout.write(
  JSON.stringify({
    perSecond: result.requests.average,
    p99Ms: result.latency.p99,
    wrong: result.non2xx + result.errors + result.timeouts,
  }),
)
