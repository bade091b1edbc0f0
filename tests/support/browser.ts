import { type IncomingHttpHeaders, request } from 'node:http'

export type Answer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** The same as it came: what is no text. */
  readonly bytes: Buffer
  readonly url: URL
}

type Cookie = { name: string; value: string; host: string; path: string }

/**
 * As much of a browser as plain pages need: a jar of cookies with their paths, redirects, forms, a refresh in the page. Every host it asks lies on
 * this machine; it goes to 127.0.0.1 and says the name in Host, since Node does not resolve *.localhost.
 */
export class Browser {
  readonly cookies: Cookie[] = []
  url: URL
  language = 'en'
  /** The address of this machine that it asks from. */
  from = '127.0.0.1'
  /** By which it drops cookies that have had their time. */
  now = () => new Date()
  readonly #home: URL
  readonly #userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

  constructor(start: string | URL) {
    this.url = new URL(start)
    this.#home = new URL(start)
  }

  cookie(name: string, path = '/'): string | undefined {
    return this.cookies.find((cookie) => cookie.name === name && cookie.path === path)?.value
  }

  /** The address of the sign-in that is under way, whichever of its pages this one is at. */
  get event(): string {
    return /^\/sign-in\/[^/]+/.exec(this.url.pathname)?.[0] ?? this.url.pathname
  }

  /** One request, no redirect followed. */
  ask(
    method: string,
    to: string | URL,
    options: { form?: Record<string, string>; json?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    // A path alone is of the host it started from, wherever it has been led since.
    const url = new URL(to, this.#home)
    const body =
      options.form !== undefined
        ? new URLSearchParams(options.form).toString()
        : options.json !== undefined && method !== 'GET'
          ? JSON.stringify(options.json)
          : undefined
    const cookies = this.cookies
      .filter(
        ({ host, path }) =>
          host === url.hostname &&
          (url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`)),
      )
      .sort((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
    const headers: Record<string, string> = {
      host: url.host,
      accept: options.json === undefined ? 'text/html' : 'application/json',
      'accept-language': this.language,
      'user-agent': this.#userAgent,
      'sec-fetch-site': 'same-origin',
      ...(cookies === '' ? {} : { cookie: cookies }),
      ...(options.form !== undefined ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      ...(options.json !== undefined && method !== 'GET' ? { 'content-type': 'application/json' } : {}),
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      ...options.headers,
    }
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          localAddress: this.from,
          port: url.port,
          method,
          path: `${url.pathname}${url.search}`,
          headers,
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            for (const line of response.headers['set-cookie'] ?? []) this.#keep(line, url.hostname)
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks).toString('utf8'),
              bytes: Buffer.concat(chunks),
              url,
            })
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }

  /** Follows redirects and refreshes on this host; where one leads elsewhere, `url` says where to and nobody is asked. */
  async go(method: string, to: string | URL, options: Parameters<Browser['ask']>[2] = {}): Promise<Answer> {
    let answer = await this.ask(method, to, options)
    for (let hops = 0; hops < 20; hops += 1) {
      this.url = answer.url
      const next = answer.headers.location ?? nextOf(answer.body)
      if (next === undefined) return answer
      const url = new URL(next, answer.url)
      if (url.host !== answer.url.host) {
        this.url = url
        return answer
      }
      answer = await this.ask('GET', url)
    }
    throw new Error(`too many redirects, last to ${this.url.pathname}`)
  }

  #keep(line: string, host: string): void {
    const [pair = '', ...attributes] = line.split(';')
    const at = pair.indexOf('=')
    const name = pair.slice(0, at)
    const attribute = (wanted: string) =>
      attributes.map((part) => part.trim().split('=')).find(([key]) => key?.toLowerCase() === wanted)?.[1]
    const path = attribute('path') ?? '/'
    const kept = this.cookies.findIndex(
      (cookie) => cookie.name === name && cookie.path === path && cookie.host === host,
    )
    if (kept >= 0) this.cookies.splice(kept, 1)
    const expires = attribute('expires')
    const isGone = attribute('max-age') === '0' || (expires !== undefined && new Date(expires) <= this.now())
    if (!isGone) this.cookies.push({ name, value: pair.slice(at + 1), host, path })
  }
}

function nextOf(body: string): string | undefined {
  return /<meta http-equiv="refresh" content="0;url=([^"]*)">/.exec(body)?.[1]?.replaceAll('&amp;', '&')
}
