import { describe } from '#server/describe'

export const data = describe('commands', {
  confirmation: {
    meaning: 'a command of the terminal that touches data or keys, and who has confirmed it with a passkey',
    title: { en: 'commands you have confirmed', fi: 'vahvistamasi komennot' },
    owner: { column: 'confirmation_id', kind: 'row' },
    subjects: { decided_by: { whose: 'administrator', by: 'person' } },
    keep: { at: 'erase_at' },
    about: {
      whose: 'administrator',
      from: 'system',
      why: 'a named person answers for each use of data or keys on the server (ID-87, ID-89)',
      purposes: ['security'],
      basis: 'eu-gdpr:A6-1-f',
      interest: 'customer-security',
      seenBy: ['administrator'],
    },
    unscoped: 'commands concern the whole installation; only the provider’s routes read and write',
    sealed: {
      column: 'sealed',
      fields: { said: { what: 'pd:UID', why: 'what will be done, and who asked for it, as the machine knows them' } },
    },
    columns: {
      confirmation_id: 'number of the confirmation',
      command: 'which command',
      digest: 'SHA-256 of all that is asked for: what is confirmed is what runs',
      scope: 'SHA-256 of what may be repeated; null where only this once',
      asked_at: 'when it was asked',
      expires_at: 'until when it waits',
      state: 'waiting, confirmed, used or cancelled',
      decided_by: { what: 'pd:UID', from: 'person' },
      decided_at: { what: 'pd:Historical', from: 'person' },
      standing_until: 'until when the same may be repeated',
      erase_at: 'when the row goes: an hour after it could be used last',
    },
  },
})
