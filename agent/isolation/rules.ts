import { isIPv4, isIPv6 } from 'node:net'
import { attribute, command, type Message, number, text } from './netlink.ts'

// The table: three chains that drop, and what each lets through. Stateless, so that nothing under way stays under way but with the portal.

const table = 'vartio'
const register = 1
const key = { inInterface: 6, outInterface: 7, family: 15, protocol: 16 } as const
const base = { network: 1, transport: 2 } as const
const hook = { in: 1, forward: 2, out: 3 } as const
const protocol = { tcp: 6, udp: 17, icmp6: 58 } as const
type Chain = keyof typeof hook

const expression = (name: string, ...data: Buffer[]) => attribute(1, [attribute(1, text(name)), attribute(2, data)])
const equals = (value: Buffer) =>
  expression('cmp', attribute(1, number(register)), attribute(2, number(0)), attribute(3, [attribute(1, value)]))
const between = (from: number, to: number) =>
  expression(
    'range',
    attribute(1, number(register)),
    attribute(2, number(0)),
    attribute(3, [attribute(1, Buffer.from([from]))]),
    attribute(4, [attribute(1, Buffer.from([to]))]),
  )
const meta = (what: number) => expression('meta', attribute(1, number(register)), attribute(2, number(what)))
const payload = (from: number, offset: number, length: number) =>
  expression(
    'payload',
    attribute(1, number(register)),
    attribute(2, number(from)),
    attribute(3, number(offset)),
    attribute(4, number(length)),
  )
const accept = expression('immediate', attribute(1, number(0)), attribute(2, [attribute(2, [attribute(1, number(1))])]))

const rule = (chain: Chain, ...expressions: Buffer[]): Message => ({
  command: command.newRule,
  attributes: [attribute(1, text(table)), attribute(2, text(chain)), attribute(4, [...expressions, accept])],
})

const port = (value: number) => Buffer.from([value >> 8, value & 0xff])
const addressBytes = (address: string): Buffer => {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  const [left = '', right] = address.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const [head, tail] = [groups(left), groups(right ?? '')]
  const all = right === undefined ? head : [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail]
  return Buffer.concat(all.map((group) => port(Number.parseInt(group, 16))))
}

/** To and from one port of one address: what we send has it as destination, what comes as source. */
function peer(address: string, what: number, number: number): Message[] {
  const is4 = isIPv4(address)
  const at = { in: { address: is4 ? 12 : 8, port: 0 }, out: { address: is4 ? 16 : 24, port: 2 } }
  return (['in', 'out'] as const).map((chain) =>
    rule(
      chain,
      meta(key.family),
      equals(Buffer.from([is4 ? 2 : 10])),
      payload(base.network, at[chain].address, is4 ? 4 : 16),
      equals(addressBytes(address)),
      meta(key.protocol),
      equals(Buffer.from([what])),
      payload(base.transport, at[chain].port, 2),
      equals(port(number)),
    ),
  )
}

/** Without an address no portal can be reached: leases are renewed (DHCP), and neighbours found (RFC 4861). */
function plumbing(): Message[] {
  const ports = (chain: Chain, source: number, destination: number) =>
    rule(
      chain,
      meta(key.protocol),
      equals(Buffer.from([protocol.udp])),
      payload(base.transport, 0, 4),
      equals(Buffer.concat([port(source), port(destination)])),
    )
  const neighbours = (chain: Chain) =>
    rule(
      chain,
      meta(key.protocol),
      equals(Buffer.from([protocol.icmp6])),
      payload(base.transport, 0, 1),
      between(133, 136),
    )
  return [
    ports('out', 68, 67),
    ports('in', 67, 68),
    ports('out', 546, 547),
    ports('in', 547, 546),
    neighbours('in'),
    neighbours('out'),
  ]
}

export type Reachable = {
  readonly portal: readonly string[]
  readonly port: number
  readonly nameServers: readonly string[]
}

const loopback = Buffer.from('lo'.padEnd(16, '\0'))
const ownTable: Message = { command: command.newTable, attributes: [attribute(1, text(table))] }
/** Made before it is deleted, so that deleting never fails because it was not there. */
export const withoutTable: readonly Message[] = [
  ownTable,
  { command: command.deleteTable, attributes: [attribute(1, text(table))] },
]

export function isolatingTable({ portal, port: portalPort, nameServers }: Reachable): Message[] {
  const isAddress = (address: string) => isIPv4(address) || (isIPv6(address) && !/[.%]/.test(address))
  const chain = (name: Chain): Message => ({
    command: command.newChain,
    attributes: [
      attribute(1, text(table)),
      attribute(3, text(name)),
      // Before other tables' filters (priority 0): what we drop they need not look at.
      attribute(4, [attribute(1, number(hook[name])), attribute(2, number(-300))]),
      attribute(5, number(0)),
      attribute(7, text('filter')),
    ],
  })
  return [
    ...withoutTable,
    ownTable,
    chain('in'),
    chain('forward'),
    chain('out'),
    rule('in', meta(key.inInterface), equals(loopback)),
    rule('out', meta(key.outInterface), equals(loopback)),
    ...plumbing(),
    ...portal.filter(isAddress).flatMap((address) => peer(address, protocol.tcp, portalPort)),
    ...nameServers
      .filter(isAddress)
      .flatMap((address) => [...peer(address, protocol.udp, 53), ...peer(address, protocol.tcp, 53)]),
  ]
}
