import { describe } from '#server/describe'

export const data = describe('contact', {
  message: {
    meaning: 'what somebody has written to the controller on the page for it, without having to say who they are',
    title: { en: 'messages to the controller', fi: 'viestit rekisterinpitäjälle' },
    owner: { column: 'message_id', kind: 'row' },
    unfindable: 'nobody is asked who they are, so a message is of nobody we could tell',
    keep: { at: 'expires_at', slack: 'PT1H' },
    about: {
      whose: 'customer',
      from: 'person',
      why: 'whoever answers for personal data must be within reach of everybody, also of those who do not say who they are (ID-08, ID-09)',
      purposes: ['contact'],
      basis: 'eu-gdpr:A6-1-c',
      seenBy: ['administrator', 'privacy officer'],
    },
    sealed: {
      column: 'sealed',
      fields: { text: { what: 'pd:EmailContent' }, reach: { what: 'pd:Contact' } },
    },
    columns: {
      message_id: 'number of the message',
      language: { what: 'pd:Language', from: 'system' },
      can_answer: 'whether a way of being reached was left',
      received_at: 'when it came',
      handled_at: 'when somebody marked it as handled; nothing: it waits',
      expires_at: 'when it goes: six months after it came, or 30 days after it was handled if that is sooner',
    },
  },
})
