import { describe } from '#server/describe'

export const data = describe('passkeys', {
  passkey: {
    meaning: 'the public half of a passkey; the secret half never leaves the device of its holder (ID-108)',
    title: { en: 'your passkeys', fi: 'pääsyavaimesi' },
    owner: { column: 'person_id', kind: 'person' },
    keep: { with: 'account' },
    about: {
      whose: 'account holder',
      from: 'person',
      why: 'signing in',
      purposes: ['sign-in', 'account'],
      basis: 'eu-gdpr:A6-1-b',
      seenBy: ['person'],
    },
    sealed: {
      column: 'sealed',
      row: 'passkey_id',
      fields: { name: { what: 'pd:DeviceBased', why: 'telling passkeys apart' } },
    },
    columns: {
      person_id: { what: 'pd:UID', from: 'system' },
      passkey_id: { what: 'pd:UID', from: 'system' },
      credential_id: { what: 'pd:UID', why: 'finding the public key for a signature' },
      public_key: { what: 'pd:Authenticating', why: 'checking a signature' },
      sign_count: { what: 'pd:Authenticating', why: 'noticing a copied authenticator' },
      transports: { what: 'pd:DeviceBased', why: 'letting the browser offer the right device' },
      is_backup_eligible: { what: 'pd:DeviceBased', why: 'telling the person whether it can survive a lost device' },
      is_backed_up: { what: 'pd:DeviceBased', why: 'telling the person whether it survives a lost device' },
      created_at: { what: 'pd:Historical', from: 'system', why: 'telling passkeys apart' },
      last_used_at: {
        what: 'pd:AuthenticationHistory',
        from: 'system',
        why: 'noticing a passkey that somebody else uses',
      },
    },
  },
  challenge: {
    meaning: 'random bytes a passkey must sign, accepted once, for five minutes, in the event they were made for',
    keep: { at: 'expires_at' },
    columns: {
      challenge_hash: 'SHA-256 of the random bytes',
      bound_to: 'keyed hash of the event (a sign-in, a session) it was made for; points at nobody once that has ended',
      expires_at: 'when it stops being accepted',
    },
  },
})
