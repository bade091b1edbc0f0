import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { describe } from '#server/describe'
import { type Route, route } from '#server/routes'
import { described } from '../../tools/register.ts'
import { readTree, type Tree } from '../../tools/tree.ts'
import { type Field, fieldsOfCode, fieldsOfData, fieldsOfRoute, fieldsOfSchema, routesOf, schemasOf } from './fields.ts'

// Whoever runs Vartio, and whoever administers a company, gets no function that follows where somebody goes, looks at their pictures, or tells whom they talk with. So there
// is no field to hold that: every name under which anything is sent, answered or kept is read here, and what could be such a field is named below with what it is instead.

/** Words, in English and Finnish, and beginnings of words (with a star), of which such a field would be named. */
const words = {
  'EP-05': `lat latitud* lon lng longitud* geo* gps gnss coord* altitude elevation location* locate* whereabouts position* place places movement*
    moved trip trips itinerary track tracks trail ssid bssid wifi wlan cell tower roaming beacon timezone country city region
    sijain* paik* koordin* leveysaste pituusaste liikkumi* liikkeet reitti reitit kaupunki aikavyohyke`,
  'EP-06': `picture* photo* image images thumbnail* screenshot* screen camera webcam video* frame frames avatar gallery album media clipboard
    content contents body kuva* valokuva* kamera* galleria leikepoyta sisalto`,
  'EP-07': `conversation* chat* talk talks call calls callee dial* recipient* sender* peer peers participant* correspondent* contact* address_book
    message messages sms mms mail mails letter letters cc bcc friend* follower* remote destination counterpart*
    keskustel* vastaanottaj* lahettaj* osapuol* puhelu* viesti* tekstiviest* yhteystie* kaveri* ystava*`,
} as const
type Clause = keyof typeof words

const patterns = Object.entries(words).flatMap(([clause, list]) =>
  list.split(/\s+/).map((word) => ({ clause: clause as Clause, word })),
)
const partsOf = (name: string) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .split(/[^a-z0-9]+/)
const soundsOf = (name: string) =>
  patterns.find(({ word }) =>
    partsOf(name).some((part) => (word.endsWith('*') ? part.startsWith(word.slice(0, -1)) : part === word)),
  )

/** What sounds like it and is not: which fields, where, and what they are. Each must still be there. */
const others: readonly [name: RegExp, where: RegExp, is: string][] = [
  [/^place$/, /detections|verdict/, 'names from the outermost container inwards: where in a file'],
  [/^place$/, /groups/, 'where in the order of a group somebody is'],
  [/^place$/, /^agent\//, 'the folders that the agent lies in'],
  [/^(place|position)$/, /^(sealing|transparency)\./, 'a number in a list or log'],
  [
    /^picture$/,
    /account|people\.person/,
    'a link that somebody gives of themselves when they register (ID-24); never looked at',
  ],
  [
    /^content$|^hasContent$/,
    /action|devices\.collected/,
    'a program that was asked for; the device sends nothing else (agent/grant.test.ts)',
  ],
  [
    /^content$/,
    /^agent\/samples|samples\.sample/,
    'a program that nobody knows, looked into by a machine alone (A-81)',
  ],
  [/^content$/, /rule-sets|rule_sets|^agent\/(agent|install)/, 'rules, and the agent itself, on the way to the device'],
  [/^content$/, /^agent\/spool/, 'a line of the spool: an event of the schemas above'],
  [/^content$/, /expiry\.held/, 'a row that is held, as it was'],
  [/^content$/, /encryption|proposal\.changes/, 'the algorithm that a contract names, or would'],
  [/unknownContent/, /polic|standard/, 'whether unknown programs may be sent to the Security Cloud'],
  [/^body$/, /^agent\/journal/, 'what was sent, for whoever uses the device'],
  [/^body$/, /mail\.letter|notices\.version/, 'a letter of Vartio, a notice'],
  [/^(recipient|letter_id)$/, /mail\.letter/, 'to whom Vartio writes'],
  [/^recipients?$/, /reports/, 'people of the portal who get a report'],
  [/^letters|messages-waiting/, /health/, 'how many letters and messages of Vartio wait'],
  [/^messages$/, /health/, 'how many messages between areas wait'],
  [
    /mail_unset|messages_waiting/,
    /overview|compan|editions|reports/,
    'that no mail server is set, that messages to the controller wait',
  ],
  [
    /contact/i,
    /contracts?|services|bookkeeping|organizations|set-up/,
    'whom a contract or voucher names at the other party',
  ],
  [/^contact\./, /audit|people\/api/, 'that a message to the controller was handled, and the right to do so'],
  [
    /^message(s|Id|_id)?$/,
    /contact|messages\.message/,
    'what somebody has written to the controller, and what areas tell each other',
  ],
  [/^(content|contentType|body)$/, /receivers\/forms/, 'how a receiver wants what it is told'],
  [/^message$/, /receivers\/ocsf/, 'a sentence of ours'],
  [/^message$/, /^agent\/kernel/, 'a call of the kernel'],
]
/** What takes whatever comes, and what sees to it that it is none of this. */
const loose: readonly [where: RegExp, is: string][] = [
  [
    /device\/events|eventsTaken/,
    'each is read by the schema of an event; what that does not know is counted and not kept',
  ],
  [/passkey|confirm\/begin/, 'options of WebAuthn, from us to the browser'],
  [/sign-in\/callback/, 'the answer of OpenID Connect, checked by its library'],
  [/publicKey/, 'a key'],
  [/differences|settings\.(before|after)|preview|origins\.inherited/, 'a setting of a policy, of the schemas above'],
  [/details/, 'of the audit log: read from the code below'],
  [/needs|worst|overview\/api/, 'numbers and names for a sentence of the overview'],
  [/failures/, 'what a service has sent wrongly, for its contract'],
  [/serviceList|account\/api\/services/, 'words for types of identifiers'],
]

const isSaid = ({ where, name, isLoose }: Field) =>
  isLoose ? loose.some(([at]) => at.test(where)) : others.some(([of, at]) => of.test(name) && at.test(where))
const sound = (field: Field) => (field.isLoose ? { clause: 'loose' } : soundsOf(field.name))

const judge = (fields: readonly Field[]) => [
  ...new Set(
    fields.flatMap((field) => {
      const said = sound(field)
      return said && !isSaid(field) ? [`${said.clause}: ${field.name} in ${field.where}`] : []
    }),
  ),
]

const tree = readTree()
const { routes, written } = await routesOf(tree)
const schemas = await schemasOf(tree)
const everything = {
  routes: routes.flatMap(fieldsOfRoute),
  schemas: schemas.flatMap(([where, schema]) => fieldsOfSchema(where, schema)),
  data: Object.values(described).flat().flatMap(fieldsOfData),
  code: fieldsOfCode(tree),
}

test('EP-05 EP-06 EP-07 no message, answer, table or event has a field for where somebody goes, their pictures, or whom they talk with', () => {
  for (const [of, fields] of Object.entries(everything)) assert.deepEqual(judge(fields), [], of)
})

test('EP-05 EP-06 EP-07 all of them are looked at, and every exception is one', () => {
  assert.ok(routes.length >= written && written > 300, `${routes.length} of ${written} routes`)
  assert.ok(
    everything.schemas.some(
      ({ where, name }) => where.startsWith('portal/detections/api.ts event') && name === 'process',
    ),
  )
  assert.ok(
    everything.routes.some(
      ({ where, name }) => where.startsWith('POST /api/device/check-in body') && name === 'addresses',
    ),
  )
  assert.ok(everything.data.some(({ where, name }) => where === 'devices.device' && name === 'serial'))
  assert.ok(everything.code.some(({ where, name }) => where === 'agent/link.ts' && name === 'quarantineId'))
  const all = Object.values(everything).flat().filter(sound)
  const isOne = (is: (field: Field) => boolean) => all.some(is)
  for (const [of, at, is] of others)
    assert.ok(
      isOne(({ name, where, isLoose }) => !isLoose && of.test(name) && at.test(where)),
      `nothing is ${is}: ${of} ${at}`,
    )
  for (const [at, is] of loose)
    assert.ok(
      isOne(({ where, isLoose }) => isLoose === true && at.test(where)),
      `nothing is ${is}: ${at}`,
    )
})

test('EP-05 EP-06 EP-07 such a field is found wherever it is planted, in English and Finnish', () => {
  const inside = z.object({ seen: z.array(z.object({ os: z.object({ lastLatitude: z.number() }) })) })
  assert.deepEqual(judge(fieldsOfSchema('x', inside)), ['EP-05: lastLatitude in x.seen.os'])
  const kinds = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('screenshot') }),
    z.object({ kind: z.literal('scan'), sijainti: z.string() }),
  ])
  assert.deepEqual(judge(fieldsOfSchema('x', kinds)), ['EP-06: screenshot in x.kind=', 'EP-05: sijainti in x'])
  for (const whatever of [z.unknown(), z.record(z.string(), z.string()), z.looseObject({})])
    assert.equal(judge(fieldsOfSchema('x', z.object({ more: whatever }))).length, 1, whatever.type)
  const planted = route({
    method: 'POST',
    path: '/api/device/planted',
    permission: 'device',
    purpose: 'service',
    does: 'x',
    query: z.object({ wifiSsid: z.string() }),
    body: z.intersection(
      z.object({ a: z.string() }),
      z.object({ b: z.object({ callRecipients: z.array(z.string()) }).optional() }),
    ),
    run: async () => undefined,
  }) as Route
  assert.deepEqual(judge(fieldsOfRoute(planted)), [
    'EP-05: wifiSsid in POST /api/device/planted query',
    'EP-07: callRecipients in POST /api/device/planted body.b',
  ])
  const table = { meaning: 'x', keep: { with: 'organization' as const }, columns: { gps_track: 'x' } }
  const sealed = { column: 'sealed', fields: { kuvakaappaus: { what: 'pd:DeviceBased' as const } } }
  assert.deepEqual(judge(fieldsOfData(describe('x', { y: { ...table, sealed } }))), [
    'EP-05: gps_track in x.y',
    'EP-06: kuvakaappaus in x.y',
  ])
  const code: Tree = new Map([
    ['agent/x.ts', 'type Event = { kind: string; chatPartner?: string; nested: { Vastaanottajat: string[] } }'],
    [
      'portal/x/y.ts',
      "audit.record(tx, { details: { whereabouts: 'x' } }); messages.publish(tx, 'a', 'b', { peers: 1 })",
    ],
  ])
  assert.deepEqual(judge(fieldsOfCode(code)), [
    'EP-07: chatPartner in agent/x.ts',
    'EP-07: Vastaanottajat in agent/x.ts',
    'EP-05: whereabouts in portal/x/y.ts details',
    'EP-07: peers in portal/x/y.ts message',
  ])
})
