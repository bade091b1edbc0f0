import { describe } from '#server/describe'

export const data = describe('release', {
  delivered: {
    meaning: 'what a service that knows a person again was handed over, first and last (ID-51)',
    title: { en: 'services that got data about you', fi: 'palvelut, jotka saivat tietojasi' },
    owner: { column: 'person_id', kind: 'person' },
    keep: { with: 'account' },
    about: {
      whose: 'account holder',
      from: 'system',
      why: 'the person sees to whom they released data; a service asks for groups only of those who were there (ID-51)',
      purposes: ['account', 'access'],
      basis: 'eu-gdpr:A6-1-b',
      seenBy: ['person'],
    },
    columns: {
      person_id: { what: 'pd:UID' },
      client_id: { what: 'pd:ServiceConsumptionBehaviour' },
      items: 'kinds of items, words of ours; and numbers of groups that the service may ask about',
      earlier: 'kinds of items that went there before and not the last time, words of ours; and numbers of groups',
      first_at: { what: 'pd:Historical' },
      delivered_at: { what: 'pd:Historical' },
      stopped_at: { what: 'pd:Historical', from: 'person', why: 'the person has stopped releasing to the service' },
      groups_asked_at: { what: 'pd:Historical', why: 'the person sees when the service last asked for their groups' },
    },
  },
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
      fields: {
        ip: { what: 'pd:IPAddress' },
        // ID-42: of the headers those that say which software came, and in which languages it was to be answered. Never cookies, what proves somebody, or
        // from where a link was followed.
        user_agent: { what: 'pd:UserAgent', why: 'the header User-Agent: with which software a fault or misuse came' },
        accept_language: {
          what: 'pd:Language',
          why: 'the header Accept-Language: in which languages the browser wanted to be answered',
        },
      },
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
