/** Who of the provider may see it, and as what it is planted. `nobody`: not even they. */
export type Canary = { readonly field: string | null; readonly word: string; readonly may: string }

/** Nobody else has a reason to write these. Each is somewhere in one answer to whoever has the permission, and in no other answer at all. */
export const canaries = {
  'why somebody looked into the technical log': {
    field: 'portal.technical_log.look.why',
    word: 'kanaria-loki-7f31',
    may: 'technical-log.look',
  },
  'which languages the browser wanted with which somebody identified': {
    field: 'identity.release.log.accept_language',
    word: 'en,x-kanaria-kieli-1d8c',
    may: 'technical-log.look',
  },
  'from which browser somebody identified': {
    field: 'identity.release.log.user_agent',
    word: 'kanaria-selain-66d0',
    may: 'technical-log.look',
  },
  'from which address somebody identified': {
    field: 'identity.release.log.ip',
    word: '127.81.92.103',
    may: 'technical-log.look',
  },
  'whom a voucher is with': {
    field: 'portal.bookkeeping.record.voucher',
    word: 'kanaria-osapuoli-52aa',
    may: 'bookkeeping.manage',
  },
  'a contact of the books': {
    field: 'portal.bookkeeping.record.contact_name',
    word: 'kanaria-yhteys-90cd',
    may: 'bookkeeping.manage',
  },
  'the address of that contact': {
    field: 'portal.bookkeeping.record.contact_email',
    word: 'kanaria-osoite-11e4@example.fi',
    may: 'bookkeeping.manage',
  },
  'the number of a voucher': {
    field: 'portal.bookkeeping.record.voucher',
    word: 'kanaria-tosite-c3b8',
    may: 'bookkeeping.manage',
  },
  'what stands in a voucher': {
    field: 'portal.bookkeeping.record.voucher',
    word: 'kanaria-teksti-d5f6',
    may: 'bookkeeping.manage',
  },
  'the machine of a command': {
    field: 'portal.commands.confirmation.said',
    word: 'kanaria-kone-a871',
    may: 'commands.confirm',
  },
  'who gave a command': {
    field: 'portal.commands.confirmation.said',
    word: 'kanaria-komentaja-0b92',
    may: 'commands.confirm',
  },
  'on what a pledge was declared': {
    field: 'portal.declarations.declaration.statement',
    word: 'kanaria-vakuutus-3e55',
    may: 'pledges.declare',
  },
  // EP-35: the field is a word of two letters, so it is found by its name.
  'the language of devices': {
    field: 'portal.devices.device.language',
    word: '"language":"en","devices":1',
    may: 'organizations.read',
  },
  'who is to be reached about a contract': {
    field: 'identity.services.contract_person.name',
    word: 'Kanaria Yhteyshenkilö',
    may: 'contracts.manage',
  },
  'the address of that person': {
    field: 'identity.services.contract_person.email',
    word: 'kanaria-sopimus-77ab@example.fi',
    may: 'contracts.manage',
  },
  'the telephone of that person': {
    field: 'identity.services.contract_person.phone',
    word: '+358401928374',
    may: 'contracts.manage',
  },
  'who has signed a contract': {
    field: 'identity.services.contract_person.name',
    word: 'Kanaria Allekirjoittaja',
    may: 'contracts.manage',
  },
  'where invoices of a contract go': {
    field: 'identity.services.contract.invoiced_at',
    word: 'kanaria-lasku-9a01',
    may: 'contracts.manage',
  },
  'another address of a service': {
    field: 'identity.services.service.redirect_uris',
    word: 'kanaria-paluu-4c1d',
    may: 'contracts.manage',
  },
  'where a service sends people after signing out': {
    field: 'identity.services.service.post_logout_redirect_uris',
    word: 'kanaria-ulos-81e2',
    may: 'contracts.manage',
  },
  'which key a service has': {
    field: 'identity.services.service.jwks',
    word: 'kanaria-avain-d2f7',
    may: 'contracts.manage',
  },
  'where a service is told of sign-outs': {
    field: 'identity.services.service.protocol',
    word: 'kanaria-kuulo-5ba3',
    may: 'contracts.manage',
  },
  'how a refused request of a service asked': {
    field: 'identity.services.failure.sent',
    word: 'kanaria-pyynto-e630',
    may: 'contracts.manage',
  },
  'what an upstream calls a name': {
    field: 'identity.upstream.upstream.claims',
    word: 'kanaria-nimi-2c94',
    may: 'upstreams.manage',
  },
  'how surely an upstream must have proved somebody': {
    field: 'identity.upstream.upstream.identifiers',
    word: 'kanaria-taso-f18b',
    may: 'upstreams.manage',
  },
  'the secret of an upstream': { field: null, word: 'kanaria-salaisuus-b7c6', may: 'nobody' },
  'a message to the controller': {
    field: 'privacy.contact.message.text',
    word: 'kanaria-viesti-08dd',
    may: 'contact.manage',
  },
  'how whoever wrote it is reached': {
    field: 'privacy.contact.message.reach',
    word: 'kanaria-tavoitus-ac42',
    may: 'contact.manage',
  },
  'why data is held': { field: 'privacy.holds.hold.reason', word: 'kanaria-pito-35e9', may: 'holds.manage' },
  'the number of that case': {
    field: 'privacy.holds.hold.reference',
    word: 'kanaria-asia-d0b4',
    may: 'holds.manage',
  },
} as const satisfies Readonly<Record<string, Canary>>

/**
 * Every field that was found to be the provider's (provider-fields.ts) and is not planted, and why. One that is neither here nor planted fails the
 * test, so whoever adds a field plants it or says who else sees it.
 */
export const elsewhere: Readonly<Record<string, string>> = {
  'identity.services.service.client_id':
    'its name in the protocol, which stands in the address of whoever comes from it',
  'identity.services.contract.client_id': 'as that',
  'identity.services.contract_person.client_id': 'as that',
  'identity.services.secret.client_id': 'as that',
  'identity.services.failure.client_id': 'as that',
  'identity.services.service.name': 'the page on which somebody continues says it',
  'identity.services.service.scopes': 'words of OpenID Connect',
  'identity.services.contract.organization': 'the page on which somebody continues says who answers from then on',
  'identity.services.contract.business_id': 'whoever released something to the service sees it',
  'identity.services.contract.hosting': 'as that; countries',
  'identity.services.contract.identifiers': 'types, which the page on which somebody continues names',
  'identity.services.contract.ways': 'upstreams, which the page of signing in offers',
  'identity.services.contract.terms': 'number of a version of the template, the same for everybody',
  'identity.services.failure.error': 'a code of the protocol, which whoever asked was answered',
  'identity.services.failure.why':
    'words of the protocol, which whoever asked was answered, or of ours, which the owner of the service reads',
  'portal.contracts.owned.client_id': 'as that',
  'portal.contracts.proposal.client_id': 'as that',
  'portal.contracts.proposal.change': 'asked by the owner of the service, who reads it',
  'portal.contracts.proposal.because': 'told to the owner of the service',
  'identity.upstream.upstream.upstream_id': 'stands in the address to which it sends people back',
  'identity.upstream.upstream.name': 'the page of signing in offers it',
  'identity.upstream.upstream.issuer': 'people are led there',
  'identity.upstream.upstream.client_id': 'stands in the address by which they are',
  'identity.upstream.upstream.groups': 'of a company’s own provider, which the company sees',
  'identity.upstream.identifier_type.type_id': 'whoever has an identifier sees what it is called',
  'identity.upstream.identifier_type.name': 'as that',
  'identity.upstream.identifier_type.register': 'as that',
  'identity.upstream.identifier.type_id': 'as that',
  'identity.groups.named_group.name': 'of a group of people, who see it; staff is kept in groups too, by words of ours',
  'identity.groups.named_group.about': 'as that',
  'privacy.transparency.checkpoint.key_id': 'public, as everything of the log',
  'privacy.transparency.checkpoint.signed': 'as that',
  'privacy.requests.request.public_key': 'made for one copy; what it is sealed to',
  'privacy.requests.part.next_piece': 'means something to one program alone, which is given it back',
  'privacy.requests.piece.program': 'name of a program',
  'privacy.requests.piece.sealed': 'opens for the person alone',
}
