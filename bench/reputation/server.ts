import { createLog } from '#base/log'
import { readSettings } from '#base/settings'
import { createGate } from '#cloud/gate'
import { createVerdicts } from '#cloud/verdicts'
import { createHttp } from '#server/http'
import { createMetrics } from '#server/metrics'
import { Reply, type Route } from '#server/routes'
import { connectRedis } from './redis.ts'

// The Cloud's own web server, gate and routes, answering from its store, or with everything else the same from Redis.
const [, , folder = '', port = '0', socket = ''] = process.argv
const log = createLog('cloud', 'warn')
const publicUrl = new URL(`http://cloud.localhost:${port}`)
const gate = createGate({ settings: readSettings({}) })
const metrics = createMetrics('cloud')
const http = createHttp({ log, publicUrl, cookies: [], authorize: gate.authorize, errorPage: gate.errorPage, metrics })
gate.guard(http, ['verdicts'])
const verdicts = createVerdicts({ log, metrics: { gauge: () => undefined }, folder })
const redis = socket === '' ? undefined : await connectRedis(socket)
const fromRedis = (route: Route): Route =>
  !redis || route.path !== '/verdicts/:bits/:prefix'
    ? route
    : {
        ...route,
        run: async ({ params }: { params: { prefix: string } }) =>
          new Reply(
            200,
            { 'content-type': 'application/octet-stream', 'cache-control': 'public, max-age=300' },
            await redis.get(params.prefix),
          ),
      }
http.register('verdicts', verdicts.routes.map(fromRedis))
await http.app.listen({ host: '127.0.0.1', port: Number(port) })
console.log('listens')
