import { randomBytes } from 'node:crypto'
import { newId } from '#base/ids'

// Names as devices have them, and everything else as a mixed fleet has it; always the same (xorshift), since nothing here needs secrecy.
let drawn = 2_463_534_242
export function draw(below: number): number {
  drawn ^= drawn << 13
  drawn ^= drawn >>> 17
  drawn ^= drawn << 5
  return (drawn >>> 0) % below
}
const pick = <T>(from: readonly T[]): T => from[draw(from.length)] as T

const first = 'Aino Eino Olavi Helmi Väinö Kerttu Åke Ylva Öyvind Sanna Tuomas Päivi Juhani Marja Antti Kaisa'.split(
  ' ',
)
const last =
  'Virtanen Korhonen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen Järvinen Åkerman Salo'.split(' ')
const kinds = 'kannettava tyoasema palvelin kassa'.split(' ')
export const systems = [
  ['Debian GNU/Linux', '12'],
  ['Debian GNU/Linux', '13'],
  ['Ubuntu', '22.04'],
  ['Ubuntu', '24.04'],
  ['Fedora Linux', '42'],
  ['openSUSE Leap', '15.6'],
] as const
export const agents = ['0.1.0', '0.2.0', '0.2.1', '0.3.0'] as const

export type MadeDevice = ReturnType<typeof makeDevice>

/** In 25: one that fails or is off, one that only watches, one not heard of for up to 60 days. */
export function makeDevice(now: number) {
  const kind = draw(100)
  const state = kind < 2 ? 'failed' : kind < 4 ? 'off' : kind < 8 ? 'watching' : 'protected'
  const away = kind >= 96 ? 900_000 + draw(60 * 86_400) * 1_000 : draw(60_000)
  const [name, version] = pick(systems)
  return {
    id: newId(),
    publicKey: randomBytes(32) as Uint8Array,
    name: `${pick(kinds)}-${draw(100_000)}`,
    user: `${pick(first)} ${pick(last)}`,
    serial: draw(0x7fffffff).toString(36),
    hardware: `${draw(0x7fffffff)}-${draw(0x7fffffff)}`,
    state,
    os: { name, version, kernel: '6.12.0', architecture: 'x64' },
    agentVersion: pick(agents),
    seenAt: new Date(now - away),
    enrolledAt: new Date(now - draw(700 * 86_400) * 1_000),
    hasTestRules: draw(200) === 0,
    lost: draw(500) === 0 ? draw(100) + 1 : 0,
  }
}
