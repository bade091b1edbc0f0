import { describe } from '#server/describe'

export const data = describe('policies', {
  policy: {
    meaning: 'what the agents of an organisation do',
    keep: { with: 'organization' },
    columns: {
      organization_id: 'the organisation',
      version: 'counts changes; an agent says which it has',
      settings: 'words of ours, numbers and times of day',
      changed_at: 'when it was last changed',
    },
  },
  exclusion: {
    meaning: 'what agents let through until a set time, and why',
    title: { en: 'what devices let through', fi: 'mitä laitteet päästävät läpi' },
    owner: { column: 'exclusion_id', kind: 'row', scope: 'organization_id' },
    unfindable: 'a path may hold the name of a home folder, which leads to nobody we know',
    keep: { at: 'until' },
    about: {
      whose: 'employee',
      from: 'administrator',
      why: 'devices let through exactly what an administrator named, and the page shows what and why (EP-03)',
      purposes: ['security'],
      basis: 'eu-gdpr:A6-1-f',
      interest: 'customer-security',
      seenBy: ['administrator', 'partner', 'privacy officer'],
    },
    sealed: {
      column: 'sealed',
      fields: { value: { what: 'pd:DeviceBased' }, reason: { what: 'pd:Behavioural' } },
    },
    columns: {
      organization_id: 'the organisation',
      exclusion_id: 'number of the row',
      kind: 'path, hash or rule',
      created_at: 'when it was made',
      until: 'when it ends',
    },
  },
})
