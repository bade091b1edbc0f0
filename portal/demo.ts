import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Detections } from '#portal/detections'
import type { Devices } from '#portal/devices'
import type { CheckIn } from '#portal/devices/api'
import type { Organizations } from '#portal/organizations'
import { activitiesOfPartner } from '#portal/organizations/api'
import type { Policies } from '#portal/policies'
import type { Standards } from '#portal/standards'
import type { Database } from '#server/database'
import { within } from '#server/purpose'

// `vartio start --demo`: a partner, three companies, 1,200 devices and a month of events, all made up, in a data folder of its own. They come the way
// real ones come (a code, an enrolment, check-ins, a spool), only without a network between: what is seen is what the portal does with a real fleet.

const companies = ['Metsä ja Pelto Oy', 'Satamatie Logistiikka Oy', 'Kulmakauppa Osuuskunta'] as const
const partnerName = 'Kumppanituki Oy'
const by = { actor: { kind: 'command', name: 'demo' }, from: { ip: '127.0.0.1', userAgent: 'vartio' } } as const
/** A device counts as silent after a quarter of an hour. */
const checkInEveryMilliseconds = 5 * 60_000
const month = 30 * 86_400_000

/** The same for the same word, so that a device tells the same at each start; nothing here is a secret. */
function numberOf(word: string, below: number): number {
  return createHash('sha256').update(word).digest().readUInt32BE() % below
}
const pick = <T>(word: string, from: readonly T[]): T => from[numberOf(word, from.length)] as T

const systems = [
  ['Debian GNU/Linux', '13'],
  ['Ubuntu', '24.04'],
  ['Ubuntu', '22.04'],
  ['Fedora Linux', '42'],
  ['openSUSE Leap', '15.6'],
] as const
const kinds = ['kannettava', 'tyoasema', 'palvelin', 'kassa'] as const
const users = ['aino', 'eino', 'helmi', 'vaino', 'kerttu', 'ylva', 'tuomas', 'paivi', 'juhani', 'marja'] as const

/** In 40: one that fails, two that only watch, one that is off. */
function protectionOf(name: string): 'on' | 'watching' | 'failed' | 'off' {
  const drawn = numberOf(`state ${name}`, 40)
  return drawn === 0 ? 'failed' : drawn < 3 ? 'watching' : drawn === 3 ? 'off' : 'on'
}

function toldBy(name: string, policyVersion: number, now: Date): CheckIn {
  const [system, version] = pick(`system ${name}`, systems)
  const since = new Date(Math.floor(now.getTime() / 86_400_000) * 86_400_000).toISOString()
  const realTime = protectionOf(name)
  return {
    name,
    user: pick(`user ${name}`, users),
    serial: `DEMO-${numberOf(name, 1e6)}`,
    agentVersion: pick(`agent ${name}`, ['0.2.1', '0.3.0', '0.3.0', '0.3.0']),
    os: { name: system, version, kernel: '6.12.0', architecture: 'x64' },
    protections: [
      { name: 'real-time', state: realTime, since, ...(realTime === 'watching' ? { why: 'not-root' } : {}) },
      ...['scanner', 'quarantine', 'cloud', 'rules'].map((part) => ({ name: part, state: 'on' as const, since })),
    ],
    rules: { sets: ['demo'], updatedAt: since, testOnly: false },
    caches: { filterVersion: 1, updatedAt: since },
    policyVersion,
    spool: { waiting: 0, lost: 0 },
    asRoot: realTime !== 'watching',
  }
}

/** What was found on it in the last month: on most devices nothing. */
function eventsOf(name: string, now: Date) {
  const count = Math.max(numberOf(`events ${name}`, 12) - 8, 0)
  return Array.from({ length: count }, (_one, index) => {
    const word = `${name} ${index}`
    const rule = pick(word, ['Demo_Downloader', 'Demo_Stealer', 'Demo_Macro', 'Demo_Miner', 'Demo_WebShell'])
    const place = pick(`file ${word}`, ['Lataukset/lasku.pdf.exe', 'Lataukset/asennus.sh', 'Asiakirjat/tilaus.docm'])
    return {
      kind: 'detection' as const,
      id: newId(),
      at: new Date(now.getTime() - numberOf(`at ${word}`, month)).toISOString(),
      path: `/home/${pick(`user ${name}`, users)}/${place}`,
      sha256: randomBytes(32).toString('hex'),
      bytes: 1_000 + numberOf(word, 1e6),
      findings: [{ rule, ruleSet: 'demo', source: 'rules' as const, place: [] }],
      done: pick(`done ${word}`, ['quarantined', 'quarantined', 'quarantined', 'blocked', 'failed'] as const),
    }
  })
}

type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly organizations: Organizations
  readonly devices: Devices
  readonly detections: Detections
  readonly policies: Policies
  readonly standards: Standards
}

export type Demo = {
  /** Before requests are taken: the organisations. At a later start they are there. */
  prepare(): Promise<void>
  /** The devices that are not there yet, with their events; a start that was interrupted is gone on with. */
  fill(): Promise<void>
  /** One check-in of every device that has not been switched off. */
  checkIn(): Promise<void>
  /** `fill`, then check-ins until it is stopped. */
  run(): Promise<void>
  stop(): void
}

export function createDemo(uses: Uses, devicesEach = 400): Demo {
  const { database, clock, organizations, devices, detections, policies, standards } = uses
  const versions = new Map<string, number>()
  const ending = new AbortController()
  const under = <T>(work: () => Promise<T>) => within('security', work)
  const find = async () => {
    const found = await Promise.all(companies.map((name) => organizations.findNamed(database.sql, name)))
    return companies.flatMap((company, index) =>
      (found[index] ?? []).map((organizationId) => ({ company, organizationId })),
    )
  }

  const tell = async (organizationId: string, deviceId: string, name: string) => {
    const answer = await devices.checkIn(
      { organizationId, deviceId },
      toldBy(name, versions.get(deviceId) ?? 0, clock.now()),
    )
    if (answer.policy) versions.set(deviceId, answer.policy.version)
  }

  async function enrol(organizationId: string, code: string, word: string, place: number): Promise<void> {
    const name = `${pick(word, kinds)}-${String(place + 1).padStart(3, '0')}`
    const { user, serial, os, agentVersion } = toldBy(name, 0, clock.now())
    const { deviceId } = await devices.enrol(
      {
        code,
        // Nobody has the other half: no request can come from it.
        publicKey: randomBytes(32).toString('base64url'),
        hardwareHash: createHash('sha256').update(word).digest('base64url'),
        name,
        ...(user ? { user } : {}),
        serial,
        os,
        agentVersion,
      },
      by.from,
    )
    const spool = newId()
    const events = eventsOf(name, clock.now()).sort((a, b) => a.at.localeCompare(b.at))
    for (const [index, event] of events.entries())
      await detections.take(
        { organizationId, deviceId },
        { spool, from: index + 1, events: [event], lost: 0 },
        // As if it had come in the moment it happened.
        new Date(event.at),
      )
    // Those that are off have been heard of this once.
    await tell(organizationId, deviceId, name)
  }

  /** Two that the partner has ready, of which one is in use; one company has decided something otherwise since. */
  async function giveStandards(): Promise<void> {
    const [partnerId = ''] = await organizations.findNamed(database.sql, partnerName)
    if ((await standards.list(partnerId)).standards.length > 0) return
    const usual = { profile: 'strict', schedule: { every: 'week', at: '12:00' }, reportOnly: false } as const
    const standardId = await standards.make(
      partnerId,
      { name: 'Perustaso', description: 'Kaikille asiakkaillemme', own: usual, locked: ['reportOnly'] },
      by,
    )
    const trial = {
      name: 'Käyttöönotto',
      description: 'Ensimmäiset kaksi viikkoa',
      own: { reportOnly: true },
      locked: [],
    }
    await standards.make(partnerId, trial, by)
    const ids = (await find()).map(({ organizationId }) => organizationId)
    await standards.beginPush(partnerId, standardId, { version: 1, companies: ids, note: 'Sovittu palaverissa' }, by)
    const [companyId = ''] = ids
    const { version, own, locked } = await policies.readLevel(companyId, companyId, { isOwn: true })
    await policies.changeLevel(companyId, companyId, { version, own: { ...own, profile: 'default' }, locked }, by)
  }

  const demo: Demo = {
    prepare: () =>
      under(async () => {
        if (await organizations.hasProvider(database.sql)) return
        const controller = {
          name: 'Esimerkki Oy',
          postalAddress: 'Esimerkkikatu 1\n00100 Helsinki',
          contactEmail: 'tietosuoja@esimerkki.example',
        }
        const provider = await database.transaction((tx) =>
          organizations.createFirst(tx, { name: 'Esimerkki', controller }),
        )
        const partner = await organizations.createBeneath(provider, { name: partnerName, kind: 'partner' }, by)
        for (const name of companies) {
          const company = await organizations.createBeneath(partner, { name, kind: 'company' }, by)
          await organizations.beginAsCreator(partner, company, activitiesOfPartner.reseller.slice(), by)
        }
      }),
    fill: () =>
      under(async () => {
        for (const { company, organizationId } of await find()) {
          const { all } = await devices.readCounts(organizationId)
          if (all >= devicesEach) continue
          const { code } = await devices.makeCode(organizationId, { uses: devicesEach, hours: 1 }, by)
          for (let place = all; place < devicesEach && !ending.signal.aborted; place += 1)
            await enrol(organizationId, code, `${company} ${place}`, place)
        }
        if (!ending.signal.aborted) await giveStandards()
      }),
    checkIn: () =>
      under(async () => {
        for (const { organizationId } of await find()) {
          let next: string | null | undefined
          while (next !== null && !ending.signal.aborted) {
            const page = await devices.list(organizationId, { limit: 200, ...(next ? { cursor: next } : {}) })
            for (const { deviceId, name } of page.devices)
              if (name && protectionOf(name) !== 'off') await tell(organizationId, deviceId, name)
            next = page.next
          }
        }
      }),
    async run() {
      await demo.fill()
      while (!ending.signal.aborted) {
        await demo.checkIn()
        await pause(checkInEveryMilliseconds, undefined, { signal: ending.signal }).catch(() => undefined)
      }
    },
    stop: () => ending.abort(),
  }
  return demo
}
