import Fastify from 'fastify'

// The reference: Fastify with nothing of ours, answering the same JSON without asking anybody.
const app = Fastify({ logger: false })
app.get('/api/organizations/:organizationId/bench', async (request) => ({
  organizationId: (request.params as { organizationId: string }).organizationId,
  isHere: true,
}))
await app.listen({ host: '127.0.0.1', port: Number(process.env.BENCH_PORT) })
process.stdout.write('listens\n')
process.once('SIGTERM', () => app.close().then(() => process.exit(0)))
