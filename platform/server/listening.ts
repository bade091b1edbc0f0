import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Server } from 'node:https'
import { BlockList, isIP } from 'node:net'
import { AppError } from '#base/errors'
import type { Log } from '#base/log'
import type { SettingName, Settings } from '#base/settings'

export function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$|^::1$/.test(address)
}

export type PeerCheck = (address: string) => boolean

export type Listening = {
  readonly host: string
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  /** With a declared proxy: it and this machine. Without one, whoever reaches us. */
  readonly mayConnect: PeerCheck | undefined
}

function invalid(text: string): AppError {
  return new AppError('settings.invalid', 500, text)
}

/** How this program may be reached. What would put passwords or sessions on the network in the clear is refused at the start. */
export function readListening(settings: Settings, publicUrl: URL, setting: SettingName): Listening {
  const certificate = settings.text('VARTIO_TLS_CERTIFICATE_FILE')
  const key = settings.text('VARTIO_TLS_KEY_FILE')
  const proxy = settings.text('VARTIO_PROXY')
  if ((certificate === undefined) !== (key === undefined))
    throw invalid('VARTIO_TLS_CERTIFICATE_FILE and VARTIO_TLS_KEY_FILE belong together: set both or neither')
  const tls = certificate && key ? readCertificate(certificate, key) : undefined
  const mayConnect = proxy === undefined ? undefined : readProxy(proxy)
  const host = settings.text('VARTIO_LISTEN') ?? (tls ? '0.0.0.0' : '127.0.0.1')
  if (isIP(host) === 0) throw invalid('VARTIO_LISTEN: is not an IP address')
  if (!isLoopback(host) && !tls && !proxy)
    throw invalid('VARTIO_LISTEN: without TLS or a declared proxy Vartio listens on loopback only')
  const isHttps = publicUrl.protocol === 'https:'
  if (isHttps && !tls && !proxy)
    throw invalid(
      `${setting}: ${publicUrl.origin} is https, but neither a certificate nor a proxy that ends TLS is set`,
    )
  if (!isHttps && tls) throw invalid(`${setting}: a certificate is set, but ${publicUrl.origin} is not https`)
  if (!isHttps && !/^([a-z0-9-]+\.)*localhost$|^127\.0\.0\.1$/.test(publicUrl.hostname))
    throw invalid(`${setting}: ${publicUrl.origin} must be https: browsers make passkeys on secure origins only`)
  return { host, tls, mayConnect }
}

function readProxy(text: string): PeerCheck {
  const list = new BlockList()
  for (const part of text.split(',')) {
    const [address = '', bits, ...more] = part.trim().split('/')
    const family = isIP(address)
    const most = family === 6 ? 128 : 32
    if (family === 0 || more.length > 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most)))
      throw invalid('VARTIO_PROXY: is not an IP address or CIDR, or several with commas between')
    list.addSubnet(address, bits === undefined ? most : Number(bits), family === 6 ? 'ipv6' : 'ipv4')
  }
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
    const family = isIP(plain)
    return isLoopback(plain) || (family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4'))
  }
}

/** Reads both files and holds them against each other, so that a half-copied pair is refused with a sentence. */
function readCertificate(certificate: string, key: string): { cert: string; key: string } {
  const read = (name: string, file: string) => {
    try {
      return readFileSync(file, 'utf8')
    } catch (cause) {
      throw new AppError('settings.invalid', 500, `${name}: the file cannot be read`, { cause })
    }
  }
  const pair = {
    cert: read('VARTIO_TLS_CERTIFICATE_FILE', certificate),
    key: read('VARTIO_TLS_KEY_FILE', key),
  }
  let belongs: boolean
  try {
    belongs = new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key))
  } catch (cause) {
    throw new AppError('settings.invalid', 500, 'the certificate or its key is not PEM as it should be', { cause })
  }
  if (!belongs) throw invalid('the certificate and the key do not belong together')
  return pair
}

/**
 * Looks at the files every `everyMilliseconds` and takes a renewed pair without a restart; running connections keep theirs. A pair that
 * does not fit (the key is copied after the certificate) waits for the next look.
 */
export function followCertificate(options: {
  server: Server
  certificate: string
  key: string
  current: { cert: string; key: string }
  log: Log
  renewed: (pair: { cert: string; key: string }) => void
  everyMilliseconds?: number
}): () => void {
  let { current } = options
  let hasFailed = false
  const timer = setInterval(() => {
    try {
      const pair = readCertificate(options.certificate, options.key)
      if (pair.cert === current.cert && pair.key === current.key) return
      options.server.setSecureContext(pair)
      current = pair
      hasFailed = false
      options.renewed(pair)
      options.log.info('the renewed certificate is in use')
    } catch (error) {
      if (!hasFailed) options.log.warn('the certificate cannot be renewed; the old one stays in use', { error })
      hasFailed = true
    }
  }, options.everyMilliseconds ?? 30_000)
  timer.unref()
  return () => clearInterval(timer)
}
