import { describe } from '#server/describe'

export const data = describe('services', {
  service: {
    meaning: 'a service that may ask who someone is',
    keep: { with: 'service' },
    columns: {
      client_id: 'its name in the protocol',
      name: 'what people call it',
      redirect_uris: 'where answers may be sent',
      post_logout_redirect_uris: 'where a person may be sent after signing out',
      jwks: 'its public keys, with which it proves that it asks',
      scopes: 'what it may ask for',
      is_own: 'whether it is part of this house',
      changed_at: 'when this was last registered',
    },
  },
  subject: {
    meaning: 'who a person is at one service, and only there',
    title: { en: 'services that know you', fi: 'palvelut, jotka tuntevat sinut' },
    unscoped: 'a program of the house names a person by the subject it knows',
    owner: { column: 'person_id', kind: 'person' },
    keep: { with: 'account' },
    about: {
      whose: 'account holder',
      from: 'system',
      why: 'a service recognises the person again without learning who they are elsewhere',
      purposes: ['sign-in', 'account', 'access'],
      basis: 'eu-gdpr:A6-1-b',
      seenBy: ['service'],
    },
    columns: {
      client_id: { what: 'pd:ServiceConsumptionBehaviour' },
      person_id: { what: 'pd:UID' },
      subject: { what: 'pd:UID' },
    },
  },
})
