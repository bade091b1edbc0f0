import { text } from 'node:stream/consumers'
import autocannon from 'autocannon'

// Reads what to ask on standard input, asks it as fast as it is answered, and writes what came of it.
const { port, host, paths, connections, seconds } = JSON.parse(await text(process.stdin)) as {
  port: number
  host: string
  paths: string[]
  connections: number
  seconds: number
}
const result = await autocannon({
  url: `http://127.0.0.1:${port}`,
  connections,
  duration: seconds,
  headers: { host, 'user-agent': 'vartio' },
  requests: paths.map((path) => ({ path })),
})
process.stdout.write(
  JSON.stringify({
    perSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    wrong: result.non2xx + result.errors + result.timeouts,
  }),
)
