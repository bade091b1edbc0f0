import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = {
  readonly registry: Registry
  /** `route` is the pattern, never the address: an address carries ids. */
  observeRequest(method: string, route: string, status: number, seconds: number): void
  /** A number that is looked up when somebody asks for the metrics. */
  gauge(name: `vartio_${string}`, help: string, read: () => Promise<number> | number): void
  /** Several numbers of one name, told apart by a label whose values are words of ours. */
  gauges(
    name: `vartio_${string}`,
    help: string,
    label: string,
    read: () => Promise<readonly (readonly [word: string, value: number])[]>,
  ): void
}

export function createMetrics(program: string): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ program })
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'vartio_http_request_seconds',
    help: 'How long requests took, by the pattern of their route.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  })
  // One child for each combination, kept: looking it up by labels is most of the cost.
  const children = new Map<string, { observe(value: number): void }>()
  return {
    registry,
    observeRequest(method, route, status, seconds) {
      const key = `${method} ${route} ${status}`
      let child = children.get(key)
      if (!child) {
        child = requests.labels({ method, route, status: String(status) })
        children.set(key, child)
      }
      child.observe(seconds)
    },
    gauges(name, help, label, read) {
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers: [registry],
        async collect() {
          this.reset()
          // What cannot be read is left out, as above.
          const values = await read().catch(() => [])
          for (const [word, value] of values) this.set({ [label]: word }, value)
        },
      })
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers: [registry],
        async collect() {
          try {
            this.set(await read())
          } catch {
            // A number that cannot be read is left out; that the database is away, /health/ready says.
            this.remove()
          }
        },
      })
    },
  }
}
