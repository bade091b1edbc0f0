import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'

/** By whom and where a device is to be found (EP-15): told only where the portal has said that the organisation has it collected (EP-14). */
export type Uses = {
  /** Null: nobody has signed in at the device since the agent was started. */
  readonly user: string | null
  readonly addresses: string[]
  readonly serial?: string
}

export type Seated = { readonly name: string; readonly uid: number }

const mostAddresses = 8

/** Of one line of systemd-logind's, or elogind's, own notes. */
const value = (text: string, name: string) => new RegExp(`^${name}=(.+)$`, 'm').exec(text)?.[1] ?? ''

/** What a mere user may read, or nothing: somebody signs out between two looks. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR') return ''
    throw error
  }
}

/** People of a machine, and neither its services nor `nobody` nor users made for one service alone. */
const isPerson = (uid: number) =>
  Number.isSafeInteger(uid) && uid >= 1_000 && uid !== 65_534 && !(uid >= 61_184 && uid <= 65_519)

/**
 * Whose session is in front at the device itself. Nobody who is connected from elsewhere, whom a server has many of; of several who are signed in, the
 * one alone; no screen that waits for somebody. `folder` is /run/systemd; libsystemd reads the same files.
 */
export function findSeated(folder: string): Seated | undefined {
  const session = value(read(join(folder, 'seats/seat0')), 'ACTIVE')
  if (!/^[A-Za-z0-9]{1,64}$/.test(session)) return undefined
  const told = read(join(folder, 'sessions', session))
  const [name, uid] = [value(told, 'USER'), Number(value(told, 'UID'))]
  if (!/^user(-|$)/.test(value(told, 'CLASS')) || value(told, 'REMOTE') === '1' || !isPerson(uid)) return undefined
  return name.length > 0 && name.length <= 255 ? { name, uid } : undefined
}

const isOfTheLink = (address: string) => /^(169\.254\.|fe[89ab])/i.test(address)
/** Made by what runs on the device: the same on every device, and no way to it. */
const made = /^(docker|podman|br-|virbr|lxc|lxd|cni|veth|flannel|cali|vmnet|vboxnet)/
const ethernet = '1'

/** Of the device's own interfaces. Never of a tunnel: who has which address in a VPN is kept apart from devices. */
export function findAddresses(interfaces = networkInterfaces(), folder = '/sys/class/net'): string[] {
  const isOwn = (name: string) =>
    !made.test(name) &&
    read(join(folder, name, 'type')).trim() === ethernet &&
    read(join(folder, name, 'tun_flags')) === ''
  return Object.entries(interfaces)
    .filter(([name]) => isOwn(name))
    .flatMap(([, all]) => all ?? [])
    .filter(({ internal, address }) => !internal && !isOfTheLink(address))
    .map(({ address }) => address)
    .sort()
    .slice(0, mostAddresses)
}

/** What makers write where they had no number. */
const noSerial =
  /^(?:(.)\1*|none|n\/a|unknown|default string|system serial number|to be filled by o\.?e\.?m\.?|not (?:specified|applicable|available|settable)|invalid|0123456789|123456789)$/i
const serialPlaces = ['/sys/class/dmi/id/product_serial', '/sys/firmware/devicetree/base/serial-number']

/** For root's eyes where it is of the firmware; nothing in a container, and on many machines that are made of software. */
export function findSerial(from: readonly string[] = serialPlaces): string | undefined {
  for (const path of from) {
    const text = read(path).replaceAll('\0', '').trim()
    if (text.length > 0 && text.length <= 255 && /^[\x20-\x7e]+$/.test(text) && !noSerial.test(text)) return text
  }
  return undefined
}

/** For as long as the agent runs: whoever was there last is the one who uses it, until somebody else sits down. */
export function createWhoUses(sessions: string, serial: () => string | undefined) {
  let last: Seated | undefined
  return {
    tell(): Uses {
      last = findSeated(sessions) ?? last
      const number = serial()
      return { user: last?.name ?? null, addresses: findAddresses(), ...(number ? { serial: number } : {}) }
    },
    /** Whom the last that was told is about. */
    uid: (): number | undefined => last?.uid,
  }
}
