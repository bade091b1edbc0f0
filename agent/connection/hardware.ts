import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'

export const machineId = '/etc/machine-id'
const places = ['/sys/class/dmi/id/product_uuid', machineId]
/** What makers write where they had no number. */
const nobody = /^(?:[0-]+|[f-]+|03000200-0400-0500-0006-000700080009)$/

/** What stays the same when a device is installed anew. The first is for root's eyes; without it, or where it says nothing, the second. */
export function hardwareId(from: readonly string[] = places): string | undefined {
  for (const path of from) {
    try {
      const text = readFileSync(path, 'latin1').replace(/\s/g, '').toLowerCase()
      if (text.length >= 16 && text.length <= 128 && !nobody.test(text)) return text
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'EPERM') throw error
    }
  }
  return undefined
}

/** Keyed with the organisation's salt: nobody can tell the hardware from it, nor find the same device in another organisation. */
export function hardwareHash(salt: string, hardware: string): string {
  return createHmac('sha256', Buffer.from(salt, 'base64url')).update(hardware).digest('base64url')
}
