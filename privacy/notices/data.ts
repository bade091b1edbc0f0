import { describe } from '#server/describe'

export const data = describe('notices', {
  version: {
    meaning: 'the notice as it was published, each version by its date',
    title: { en: 'versions of the notice', fi: 'selosteen versiot' },
    unfindable: 'it names the contact of the controller as the notice must, and is about nobody else',
    keep: { period: 'P10Y', from: 'published_at', by: 'row' },
    about: {
      whose: 'contract person',
      from: 'administrator',
      why: 'a notice names who answers for personal data, and how that is reached (ID-07)',
      purposes: ['proof'],
      basis: 'eu-gdpr:A6-1-c',
      seenBy: ['everyone'],
    },
    columns: {
      day: 'the date it carries',
      published_at: 'when its text was last written, on that day',
      language: 'fi binds, en explains',
      sha256: 'hash of the text, to see whether anything has changed',
      body: { what: 'pd:EmailAddress' },
    },
  },
})
