import { describe } from '#server/describe'

export const data = describe('release', {
  log: {
    meaning:
      'technical log: which identifications there were, from where, and when data was handed over (ID-14, ID-38 to ID-44)',
    title: { en: 'technical log of sign-ins', fi: 'tunnistautumisten tekninen loki' },
    owner: { column: 'at', kind: 'time' },
    unfindable: 'it names nobody; a session leads to somebody only while it lasts, and is then gone',
    keep: { period: 'P1Y', from: 'at', by: 'day' },
    heldOnlyFor: ['authority', 'crime'],
    about: {
      whose: 'identified person',
      from: 'system',
      why: 'finding faults and misuse; showing when the service became the controller of what it got',
      purposes: ['security'],
      basis: 'eu-gdpr:A6-1-f',
      interest: 'customer-security',
      seenBy: ['administrator', 'privacy officer'],
    },
    sealed: {
      column: 'sealed',
      row: 'entry_id',
      fields: { ip: { what: 'pd:IPAddress' }, user_agent: { what: 'pd:UserAgent' } },
    },
    columns: {
      at: { what: 'pd:Historical', purposes: ['security', 'service'] },
      entry_id: 'number of the entry',
      event: 'hash that ties the entries of one event together; of a value that is gone with it',
      session_id: { what: 'pd:UID' },
      contract_id: 'the contract that the identification rests on (ID-11)',
      what: 'what happened, a word of ours',
    },
  },
})
