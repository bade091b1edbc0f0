import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = {
  readonly registry: Registry
  /** `route` is the pattern, never the address: an address carries ids. */
  observeRequest(method: string, route: string, status: number, seconds: number): void
  /** A number that is looked up when somebody asks for the metrics. */
  gauge(name: `vartio_${string}`, help: string, read: () => Promise<number> | number): void
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
