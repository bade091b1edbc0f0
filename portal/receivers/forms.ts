import type { Language } from '#base/languages'
import type { ToldDetection as Detection, ToldChange } from '#portal/detections'
import type { ReceiverEvent, ReceiverKind } from './api.ts'
import { writeOcsf } from './ocsf.ts'

export type ToldDetection = Omit<Detection, 'deviceId'>

/** What is known of an event when it is sent. Names are there only where somebody chose so. */
export type Told = {
  readonly event: ReceiverEvent | 'test'
  readonly at: Date
  /** Of what happened: the same to whoever is told of it, however often. */
  readonly eventId: string
  /** Of what it is about. */
  readonly id: string
  readonly organizationId: string
  /** Of the page where one goes on. */
  readonly link: string
  readonly device?: { readonly deviceId: string; readonly name?: string | undefined } | undefined
  readonly detection?: ToldDetection | undefined
  /** Who looks into it is named only where names are told. */
  readonly change?: (Omit<ToldChange, 'detectionId' | 'assigneeId'> & { readonly assigneeId?: string }) | undefined
}

const words = {
  fi: {
    detection: 'Vartio löysi vaarallisen',
    'detection-changed': 'Havaintoa on käsitelty',
    'device-silent': 'Laitteesta ei ole kuultu',
    'protection-off': 'Laitteen suojaus on pois päältä',
    'policy-changed': 'Käytäntöä muutettiin',
    test: 'Vartio kokeilee tätä yhteyttä',
    rule: 'Sääntö',
    severity: 'Vakavuus',
    done: 'Mitä tehtiin',
    state: 'Tila',
    assignee: 'Tutkija',
    assigned: { yes: 'on', no: 'ei ole' },
    states: { new: 'uusi', investigating: 'tutkitaan', handled: 'käsitelty', 'false-positive': 'väärä hälytys' },
    device: 'Laite',
    path: 'Polku',
    user: 'Tunnus laitteella',
    gathered: (count: number) => `Hiljaisena aikana tapahtui: ${count}`,
    more: (count: number) => `ja ${count} muuta`,
    open: 'Avaa Vartiossa',
    severities: { critical: 'kriittinen', high: 'vakava', medium: 'keskitaso', low: 'lievä' },
    dones: {
      blocked: 'estettiin',
      quarantined: 'siirrettiin karanteeniin',
      stopped: 'pysäytettiin',
      reported: 'ilmoitettiin vain',
      failed: 'ei voitu pysäyttää',
    },
  },
  en: {
    detection: 'Vartio found something dangerous',
    'detection-changed': 'Somebody has worked on a detection',
    'device-silent': 'A device has not been heard of',
    'protection-off': 'Protection of a device is off',
    'policy-changed': 'The policy was changed',
    test: 'Vartio tries this connection',
    rule: 'Rule',
    severity: 'Severity',
    done: 'What was done',
    state: 'State',
    assignee: 'Looked into by somebody',
    assigned: { yes: 'yes', no: 'no' },
    states: { new: 'new', investigating: 'investigating', handled: 'handled', 'false-positive': 'false positive' },
    device: 'Device',
    path: 'Path',
    user: 'Account on the device',
    gathered: (count: number) => `What happened in quiet hours: ${count}`,
    more: (count: number) => `and ${count} more`,
    open: 'Open in Vartio',
    severities: { critical: 'critical', high: 'high', medium: 'medium', low: 'low' },
    dones: {
      blocked: 'blocked',
      quarantined: 'quarantined',
      stopped: 'stopped',
      reported: 'only reported',
      failed: 'could not be stopped',
    },
  },
} as const

/** Title and lines, each a name and a value. */
function say(
  { event, device, detection, change }: Told,
  language: Language,
): { title: string; lines: [string, string][] } {
  const t = words[language]
  const lines: [string, string | null | undefined][] = [
    [t.rule, detection?.rule],
    ...(change
      ? ([
          [t.state, t.states[change.resolution ?? (change.state === 'investigating' ? 'investigating' : 'new')]],
          [t.assignee, t.assigned[change.isAssigned ? 'yes' : 'no']],
        ] as [string, string][])
      : ([
          [t.severity, detection && t.severities[detection.severity]],
          [t.done, detection && t.dones[detection.done]],
          [t.path, detection?.path],
          [t.user, detection?.user],
        ] as [string, string | null | undefined][])),
    [t.device, device && (device.name ?? device.deviceId)],
  ]
  return { title: t[event], lines: lines.filter((one): one is [string, string] => Boolean(one[1])) }
}

/** Rules and files are named by others: none of their marks makes a link, calls everybody, or begins a line of its own. */
const oneLine = (text: string) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]/gu, ' ').slice(0, 500)
const forSlack = (text: string) =>
  oneLine(text).replace(/[&<>]/g, (mark) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[mark] ?? '')
const forMarkdown = (text: string) =>
  oneLine(text)
    .replace(/[\\`*_{}[\]()<>#+!|~:-]/g, '\\$&')
    .replaceAll('@', '@\u200b')

const types = {
  detection: 'detection.created',
  'detection-changed': 'detection.changed',
  'device-silent': 'device.silent',
  'protection-off': 'device.protection_off',
  'policy-changed': 'policy.changed',
  test: 'test',
} as const

function forProgram({ event, at, eventId: _, link, ...data }: Told) {
  return { type: types[event], timestamp: at.toISOString(), data: { ...data, link } }
}

/** The body of what is sent over https. */
export function writeBody(kind: Exclude<ReceiverKind, 'syslog'>, told: Told, language: Language): string {
  if (kind === 'json') return JSON.stringify(forProgram(told))
  if (kind === 'ocsf') return JSON.stringify(writeOcsf(told))
  return writeChat(kind, say(told, language), told.link, words[language].open)
}

const mostLines = 20

/** Several as one: what was held in quiet hours. A program gets each, a chat the first of them. */
export function writeGathered(
  kind: Exclude<ReceiverKind, 'syslog'>,
  told: readonly Told[],
  language: Language,
  portalUrl: URL,
): string {
  if (kind === 'ocsf') return JSON.stringify(told.map(writeOcsf))
  const at = told.at(-1)?.at.toISOString()
  if (kind === 'json')
    return JSON.stringify({ type: 'gathered', timestamp: at, data: { events: told.map(forProgram) } })
  const t = words[language]
  const lines = told.slice(0, mostLines).map((one): [string, string] => {
    const { title, lines: facts } = say(one, language)
    return [
      title,
      facts
        .map(([, value]) => value)
        .join(', ')
        .slice(0, 80) || one.at.toISOString(),
    ]
  })
  if (told.length > mostLines) lines.push(['…', t.more(told.length - mostLines)])
  const link = new URL(`/detections?organization=${told[0]?.organizationId}`, portalUrl).href
  return writeChat(kind, { title: t.gathered(told.length), lines }, link, t.open)
}

function writeChat(
  kind: 'slack' | 'teams' | 'mattermost',
  { title, lines }: ReturnType<typeof say>,
  link: string,
  open: string,
): string {
  switch (kind) {
    case 'slack': {
      const text = [
        `*${title}*`,
        ...lines.map(([name, value]) => `${name}: ${forSlack(value)}`),
        `<${link}|${open}>`,
      ].join('\n')
      return JSON.stringify({ text: title, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] })
    }
    case 'mattermost':
      return JSON.stringify({
        text: [
          `**${title}**`,
          ...lines.map(([name, value]) => `${name}: ${forMarkdown(value)}`),
          `[${open}](${link})`,
        ].join('  \n'),
      })
    case 'teams':
      return JSON.stringify({
        type: 'message',
        attachments: [
          {
            contentType: 'application/vnd.microsoft.card.adaptive',
            content: {
              $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
              type: 'AdaptiveCard',
              version: '1.4',
              body: [
                { type: 'TextBlock', text: title, weight: 'Bolder', wrap: true },
                { type: 'FactSet', facts: lines.map(([name, value]) => ({ title: name, value: forMarkdown(value) })) },
              ],
              actions: [{ type: 'Action.OpenUrl', title: open, url: link }],
            },
          },
        ],
      })
  }
}
