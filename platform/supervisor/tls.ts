import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { Settings } from '#base/settings'
import { readSettingFile } from './programs.ts'
import { Refusal } from './refusal.ts'

type Pair = { readonly certificate: string; readonly key: string }

export function readPair(settings: Settings): Pair | undefined {
  const certificate = settings.text('VARTIO_TLS_CERTIFICATE_FILE')
  const key = settings.text('VARTIO_TLS_KEY_FILE')
  if (!certificate && !key) return undefined
  if (!certificate || !key)
    throw new Refusal(
      'usage',
      'VARTIO_TLS_CERTIFICATE_FILE: it and VARTIO_TLS_KEY_FILE are set together or not at all.',
    )
  return {
    certificate: readSettingFile('VARTIO_TLS_CERTIFICATE_FILE', certificate),
    key: readSettingFile('VARTIO_TLS_KEY_FILE', key),
  }
}

/** Why the pair cannot be used, or undefined. A renewal writes one file after the other: in between they do not belong together. */
export function pairTrouble({ certificate, key }: Pair): string | undefined {
  try {
    const parsed = new X509Certificate(certificate)
    if (!parsed.checkPrivateKey(createPrivateKey(key))) return 'the key is not the key of the certificate'
    if (new Date(parsed.validTo) < new Date()) return `the certificate ended on ${parsed.validTo}`
    return undefined
  } catch (error) {
    // The library's words on a file that is not PEM; they do not repeat what is in it.
    return error instanceof Error ? error.message : String(error)
  }
}

/** Calls `onChange` when another valid pair lies there. Returns how to stop looking. */
export function watchPair(settings: Settings, onChange: () => void, onTrouble: (text: string) => void): () => void {
  let last = readPair(settings)
  if (!last) return () => undefined
  const timer = setInterval(() => {
    try {
      const now = readPair(settings)
      if (!now || (now.certificate === last?.certificate && now.key === last.key)) return
      if (pairTrouble(now)) return
      last = now
      onChange()
    } catch (error) {
      onTrouble(error instanceof Error ? error.message : String(error))
    }
  }, 10_000)
  timer.unref()
  return () => clearInterval(timer)
}
