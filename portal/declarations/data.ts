import { describe } from '#server/describe'

export const data = describe('declarations', {
  declaration: {
    meaning: 'somebody of the provider vouches for a pledge that no figure or test can show',
    title: { en: 'what you have declared', fi: 'mitä olet vakuuttanut' },
    owner: { column: 'person_id', kind: 'person' },
    keep: { period: 'P3Y', from: 'until', by: 'row' },
    about: {
      whose: 'administrator',
      from: 'person',
      why: 'a promise that rests on somebody’s word says whose, since when and until when; and afterwards who vouched for it (GDPR Art. 5(2))',
      purposes: ['proof'],
      basis: 'eu-gdpr:A6-1-c',
      seenBy: ['everyone'],
    },
    unscoped: 'the page of pledges shows to everybody who has declared what; only the provider’s routes write',
    sealed: {
      column: 'sealed',
      row: 'declaration_id',
      fields: {
        name: { what: 'pd:Name', from: 'person' },
        statement: { what: 'pd:Behavioural', seenBy: ['administrator', 'privacy officer'] },
      },
    },
    columns: {
      person_id: { what: 'pd:UID', from: 'system' },
      declaration_id: 'number of the declaration',
      pledge: 'which pledge, a word of ours',
      declared_at: { what: 'pd:Historical', from: 'system' },
      until: 'until when it counts',
      withdrawn_at: 'when it was taken back',
    },
  },
})
