import { describe } from '#server/describe'

export const data = describe(
  'organizations',
  {
    organization: {
      meaning: 'an organisation: provider, partner, company, or more than one of them',
      keep: { with: 'organization' },
      columns: {
        organization_id: 'number of the organisation',
        parent_id: 'which organisation it was created beneath',
        name: 'what the organisation is called; a legal person',
        is_provider: 'runs this Vartio',
        is_partner: 'looks after companies',
        is_company: 'is protected',
        partner_kind: 'what it does with companies, if it is a partner: a word of ours',
        has_administrator: 'whether it has an administrator of its own',
        created_at: 'when it was created',
      },
    },
    beneath: {
      meaning: 'read model: which organisations lie beneath one, at whatever depth',
      keep: { with: 'organization' },
      columns: {
        organization_id: 'the upper organisation',
        beneath_id: 'the organisation beneath it',
        depth: 'how many steps lie between',
      },
    },
    outsourcing: {
      meaning: 'what a company has handed to another organisation, from when to when',
      keep: { with: 'organization' },
      columns: {
        organization_id: 'the company',
        managing_id: 'who looks after it',
        began_at: 'when it began',
        activities: 'which activities, words of ours',
        ended_at: 'when it ended; nothing: it runs',
      },
    },
    controller: {
      meaning: 'who answers for the personal data in this Vartio; shown in the notices (ID-07, DSR-17)',
      title: { en: 'controller and its contacts', fi: 'rekisterinpitäjä ja sen yhteystiedot' },
      owner: { column: 'organization_id', kind: 'row', scope: 'organization_id' },
      subjects: { contact_token: { whose: 'contract person', by: 'address' } },
      keep: { with: 'organization' },
      about: {
        whose: 'contract person',
        from: 'administrator',
        why: 'notices must name the controller, its contact address and its data protection officer',
        purposes: ['set-up', 'proof'],
        basis: 'eu-gdpr:A6-1-c',
        seenBy: ['everyone'],
      },
      columns: {
        organization_id: 'the organisation',
        name: 'name of the controller; a legal person',
        business_id: 'its business id',
        postal_address: 'its postal address',
        operator_role:
          'whose service this Vartio is (ID-05): the controller’s own, of a processor, or of nobody who has anything to do with the data',
        operator_name: 'who runs it for the controller, or has only delivered it; a legal person',
      },
      sealed: {
        column: 'sealed',
        fields: { contact_email: { what: 'pd:EmailAddress' }, data_protection_officer: { what: 'pd:Name' } },
        tokens: { contact_token: 'contact_email' },
        compared: { contact_email: 'without-case' },
      },
    },
  },
  {
    describe: 'what an organisation is called and what it is',
    find_named: 'numbers of organisations',
    find_provider: 'the number of the provider',
    hang_beneath_parent: 'nothing',
    is_here: 'whether the controller or an organisation has this name',
    is_without_access: 'whether this is the name of who has only delivered this Vartio',
    has_provider: 'whether the first organisation is there',
    list_above: 'names of organisations',
    list_ended: 'numbers of organisations and when what was outsourced to them ended',
    list_invoiced: 'names of organisations',
    list_sellers: 'numbers of organisations',
    list_managed: 'names of organisations and what was outsourced',
    list_tree: 'names of organisations and what was outsourced',
    read_controller: { reads: ['controller.sealed'] },
    managers_of: 'numbers of organisations and what was outsourced to them',
  },
)
