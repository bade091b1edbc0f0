import type { FastifyInstance } from 'fastify'

const mostNames = 100

/** Names of the cookies this program has set since it was started, by whichever code: ours or a library's that is mounted. */
export function watchCookies(app: FastifyInstance): () => readonly string[] {
  const names = new Set<string>()
  app.addHook('onResponse', (_request, reply, done) => {
    // Of the raw answer: a library that answers by itself passes by everything above it.
    const header = reply.raw.getHeader('set-cookie')
    if (header !== undefined)
      for (const line of [header].flat()) {
        const name = String(line).split('=', 1)[0]!
        if (names.size < mostNames) names.add(name)
      }
    done()
  })
  return () => [...names]
}
