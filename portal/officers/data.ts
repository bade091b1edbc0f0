import { describe } from '#server/describe'

export const data = describe('officers', {
  officer: {
    meaning: 'a person who may order emergency destruction together with another, by their public keys',
    title: { en: 'your keys of emergency destruction', fi: 'hätähävityksen avaimesi' },
    owner: { column: 'person_id', kind: 'person' },
    keep: { with: 'account' },
    about: {
      whose: 'administrator',
      from: 'person',
      why: 'two named persons who can be asked afterwards decide on emergency destruction (ID-97)',
      purposes: ['security', 'members'],
      basis: 'eu-gdpr:A6-1-b',
      seenBy: ['administrator', 'privacy officer', 'person'],
    },
    unscoped: 'there is one list of officers for the whole installation; only the provider’s routes read it',
    columns: {
      officer_name: 'what the officer is called in lists and orders: a few digits of the keys',
      person_id: { what: 'pd:UID', from: 'system' },
      signing_key: 'public key of orders; the private one is with the person',
      opening_key: 'public key to which backups of keys are sealed; the private one is with the person',
      made_at: { what: 'pd:Historical', from: 'system' },
    },
  },
  list: {
    meaning: 'public keys of officers, signed by each of them',
    keep: { forever: 'whom the supervisor has obeyed must be checkable later; it holds public keys and no name' },
    columns: {
      number: 'which list it is',
      text: 'the public keys, as they are signed',
      signatures: 'the signatures under it',
      made_at: 'when it was made',
      agreed_at: 'when the last of them signed',
    },
  },
})
