import type { Language } from '#base/languages'
import type { Entry } from './journal.ts'

// Not types of the portal: a journal may have been written by an older agent.
type Body = Readonly<Record<string, unknown>>

const words = {
  fi: {
    enrolment:
      'Laite liitettiin organisaatioon. Lähetettiin laitteen nimi, käyttöjärjestelmä ja tunniste, josta laitteistoa ei voi päätellä.',
    'check-in': 'Laite kertoi tilansa: suojausten tilat, agentin version, laitteen nimen ja kielen.',
    uses: (what: readonly string[]) => `Lisäksi kerrottiin: ${what.join(', ')}.`,
    user: 'kuka laitetta käyttää',
    addresses: 'sen verkko-osoitteet',
    serial: 'sen sarjanumero',
    events: 'Laite kertoi tapahtumista:',
    action: 'Laite kertoi, miten pyydetty toimi päättyi:',
    cloud: 'Turvapilveltä kysyttiin nimettömästi:',
    prefix: 'mitä tunnetaan tiivisteillä, joilla on tämä alku',
    about: 'mitä kysymyksissä pitää olla',
    filter: 'onko haittaohjelmien luettelosta uudempi',
    sample: 'onko tuntematon ohjelma vaarallinen; ohjelman sisältö lähetettiin',
    local:
      'Tehtiin tällä laitteella: eristys purettiin (vartio-agent release). Portaali näkee sen, kun laite saa siihen yhteyden.',
    blocked: 'estettiin',
    quarantined: 'siirrettiin karanteeniin',
    stopped: 'ohjelma pysäytettiin',
    reported: 'vain kerrottiin',
    failed: 'ei saatu estettyä',
    encryptor: 'ohjelma kirjoitti tiedostoja uudelleen kuin kiristyshaittaohjelma',
    by: 'ohjelma',
    collected: 'tiedoston sisältö lähetettiin organisaatiolle',
    done: 'tehtiin',
    refused: 'ei tehty',
    ended: 'ei onnistunut',
  },
  en: {
    enrolment:
      'The device joined the organisation. Its name, operating system and a number that does not tell the hardware were sent.',
    'check-in':
      'The device told its state: its protections, the version of the agent, the name and language of the device.',
    uses: (what: readonly string[]) => `It also told: ${what.join(', ')}.`,
    user: 'who uses it',
    addresses: 'its addresses in the network',
    serial: 'its serial number',
    events: 'The device told what happened:',
    action: 'The device told how something that was asked of it ended:',
    cloud: 'The Security Cloud was asked, without saying who asks:',
    prefix: 'what is known of hashes with this front',
    about: 'what questions look like',
    filter: 'whether there is a newer list of malware',
    sample: 'whether an unknown program is dangerous; the content of the program was sent',
    local:
      'Done on this device: its isolation was ended (vartio-agent release). The portal sees it once the device reaches it.',
    blocked: 'blocked',
    quarantined: 'moved to quarantine',
    stopped: 'the program was stopped',
    reported: 'only told',
    failed: 'could not be blocked',
    encryptor: 'a program rewrote files as ransomware does',
    by: 'program',
    collected: 'the content of the file was sent to the organisation',
    done: 'done',
    refused: 'not done',
    ended: 'did not succeed',
  },
} as const

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What it was about, in a few lines; the body itself stands beside it. */
export function describeEntry({ kind, body, about }: Entry, language: Language): string[] {
  const say = words[language]
  const sentence = say[kind]
  const given = isBody(body) ? body : {}
  if (kind === 'events')
    return [
      sentence,
      ...(Array.isArray(given.events)
        ? given.events.filter(isBody).map((event) => describeEvent(event, language))
        : []),
    ]
  if (kind === 'action') {
    const state = given.state === 'done' ? say.done : given.state === 'refused' ? say.refused : say.ended
    const asked = isBody(about) ? about : {}
    const isCollected = isBody(given.result) && given.result.content !== undefined
    const what = [text(asked.kind), text(asked.path), text(asked.reason)].filter(Boolean).join(', ')
    return [`${sentence} ${what}: ${state}`, ...(isCollected ? [say.collected] : [])]
  }
  if (kind === 'cloud') {
    const what = text(given.what)
    const path = isBody(about) ? text(about.path) : ''
    return [`${sentence} ${what in say ? say[what as 'prefix'] : what} (${path || text(given.sent)})`]
  }
  // Of whom it was is theirs to see, in the message itself.
  const uses = (['user', 'addresses', 'serial'] as const).filter(
    (one) => given[one] !== undefined && given[one] !== null,
  )
  return uses.length > 0 ? [sentence, say.uses(uses.map((one) => say[one]))] : [sentence]
}

function describeEvent(event: Body, language: Language): string {
  const say = words[language]
  const done = text(event.done)
  const ended = done in say ? say[done as 'blocked'] : done
  const process = isBody(event.process) && text(event.process.path) ? ` (${say.by} ${text(event.process.path)})` : ''
  if (event.kind === 'encryptor') return `${say.encryptor}: ${ended}${process}`
  const [finding] = Array.isArray(event.findings) ? event.findings.filter(isBody) : []
  return `${text(event.path)}: ${text(finding?.rule)}, ${ended}${process}`
}
