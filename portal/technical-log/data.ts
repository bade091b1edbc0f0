import { describe } from '#server/describe'

export const data = describe('technical_log', {
  look: {
    meaning: 'who has looked into the technical log, when, on which ground and why (ID-19)',
    title: { en: 'your looks into the technical log', fi: 'katsomisesi teknisestä lokista' },
    owner: { column: 'person_id', kind: 'person' },
    keep: { period: 'P3Y', from: 'at', by: 'row' },
    about: {
      whose: 'administrator',
      from: 'person',
      why: 'log data is used for the grounds of the notice alone, and who used it answers for it',
      purposes: ['proof'],
      basis: 'eu-gdpr:A6-1-c',
      seenBy: ['administrator', 'privacy officer'],
    },
    unscoped: 'the log is of everybody who identifies here; only the provider’s routes read and write',
    sealed: { column: 'sealed', row: 'look_id', fields: { why: { what: 'pd:Behavioural' } } },
    columns: {
      person_id: { what: 'pd:UID', from: 'system' },
      look_id: 'number of the look',
      at: { what: 'pd:Historical', from: 'system' },
      ground: 'for what, a word of ours',
      begins: 'from when the entries are',
      ends: 'until when',
      contract_id: 'one contract alone, where it was so',
    },
  },
})
