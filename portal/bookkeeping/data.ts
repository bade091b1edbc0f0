import { describe } from '#server/describe'

export const data = describe('bookkeeping', {
  record: {
    meaning: 'an invoice, a contract or a payment that accounting law wants kept',
    title: { en: 'bookkeeping', fi: 'kirjanpitoaineisto' },
    owner: { column: 'record_id', kind: 'row' },
    subjects: { contact_token: { whose: 'contract person', by: 'address' } },
    keep: { period: 'P6Y', from: 'counted_from', by: 'row' },
    about: {
      whose: 'contract person',
      from: 'administrator',
      why: 'the Accounting Act (1336/1997, 2:10) wants vouchers kept for six years after the year in which the financial year ended, also when everything else is destroyed (ID-77, ID-95)',
      purposes: ['bookkeeping'],
      basis: 'eu-gdpr:A6-1-c',
      seenBy: ['administrator'],
    },
    unscoped: 'the provider alone keeps books here, and only its routes read them',
    sealed: {
      column: 'sealed',
      fields: {
        contact_name: { what: 'pd:Name' },
        contact_email: { what: 'pd:EmailAddress' },
        voucher: { what: 'pd:Transactional' },
      },
      tokens: { contact_token: 'contact_email' },
      compared: { contact_email: 'without-case' },
    },
    columns: {
      record_id: 'number of the record',
      kind: 'what kind of voucher, a word of ours',
      recorded_at: 'when it was entered',
      counted_from:
        'the end of the year in which its financial year ended: six years later it goes; until then a copy lies outside the database as well, under a key of its own that emergency destruction spares',
    },
  },
})
