import { describe } from '#server/describe'

/** What was agreed lies with identity, which alone acts by it; here is whose a service is, and what its owner has asked for. */
export const data = describe(
  'contracts',
  {
    owned: {
      meaning: 'which organisation looks after a service itself',
      keep: { with: 'organization' },
      columns: {
        organization_id: 'the organisation',
        client_id: 'the name of the service in the protocol',
        owned_at: 'since when',
        told_at: 'when the provider was last told that something of it waits, and has not decided since',
        reminded_at: 'when the owner was last reminded that its declaration is due, and has not given it since',
      },
    },
    proposal: {
      meaning: 'what the owner of a service has asked the provider to approve',
      title: { en: 'why a change of a service was declined', fi: 'miksi palvelun muutosta ei hyväksytty' },
      owner: { column: 'proposal_id', kind: 'row', scope: 'organization_id' },
      unfindable: 'says something of a contract of an organisation, and names nobody',
      keep: { with: 'organization' },
      about: {
        whose: 'administrator',
        from: 'administrator',
        why: 'the owner of a service reads why the provider did not approve what it asked for',
        purposes: ['service'],
        basis: 'eu-gdpr:A6-1-b',
        seenBy: ['administrator'],
      },
      sealed: { column: 'sealed', fields: { because: { what: 'pd:Behavioural' } } },
      columns: {
        organization_id: 'the organisation that asks',
        client_id: 'of which service',
        proposal_id: 'number of what was asked',
        change: 'fields of the contract that would be others, and how; none: that it comes into force',
        sent_at: 'when it was sent',
        declined_at: 'when it was declined',
      },
    },
  },
  {
    count_waiting: 'a count',
    list_owned: 'numbers of organisations, names of services in the protocol, and whether something waits',
  },
)
