/** What happened, what is safe, what to do: by the code of the answer. */
export const problems = {
  unknown:
    'This did not succeed, and nothing was changed. Try again; if it goes on, tell the error code to whoever runs Vartio.',
  not_permitted:
    'Your role does not reach this far. Nothing was changed. Ask an administrator to do it or to give you a role.',
  not_found: 'This is no longer here. Somebody may have removed it. Reload the page.',
  too_many: 'There were too many tries. Nothing was changed. Wait a minute and try again.',
  web: {
    no_answer:
      'Vartio does not answer. What was saved is safe, but this did not get through. Check the connection and try again.',
    strange_answer:
      'The answer did not come from Vartio. Something in between, such as a proxy, answered for it. Try again in a moment.',
    fault: 'There is a fault in the page. Nothing was changed. Reload the page.',
  },
  http: {
    busy: 'Vartio has too much to do right now. This was not saved, the rest is safe. Try again in a moment.',
    too_slow: 'This took too long and was stopped. Try again in a moment.',
    invalid_input: 'Something here will not do. Nothing was saved. Check what you wrote.',
    too_large: 'You wrote more than fits here. Nothing was saved. Make the text shorter.',
    internal: 'Something failed in Vartio. This was not saved, the rest is safe. Try again.',
    cross_site:
      'The request seemed to come from another site, so it was not carried out. Reload the page, then try again.',
  },
  database: {
    unavailable: 'The database does not answer right now. What was saved is safe. Try again in a moment.',
    disk_full: 'The disk of the server is full, so this was not saved. The rest is safe. Tell whoever runs Vartio.',
  },
  calls: {
    unavailable: 'A part of Vartio does not answer right now. Nothing was changed. Try again in a moment.',
  },
  sessions: {
    passkey_wanted: 'This takes your passkey just now. Nothing was changed. Try again.',
    other_person:
      'You signed in with another account than the one you began with. Nothing was changed. Close the window and begin again.',
    not_signed_in: 'Your session has ended. Nothing was lost. Reload the page to sign in.',
    not_allowed:
      'Your role does not reach this far. Nothing was changed. Ask an administrator to do it or to give you a role.',
    identity_unavailable: 'Signing in does not work right now. Your data is safe. Try again in a moment.',
  },
  sign_in: {
    not_signed_in: 'Your session has ended. Nothing was lost. Reload the page to sign in.',
    fresh_passkey_required: 'This needs your passkey right now. Nothing was changed. Try again.',
  },
  removals: {
    not_a_company: 'Only a company that somebody has added here can be removed. Nothing was changed.',
    not_yours: 'This company was not added by your organisation. Nothing was changed.',
    nothing_asked: 'There is nothing to decide or take back any more. Reload the page.',
    under_way: 'The removal is asked for or decided already. Reload the page.',
  },
  people: {
    role_not_found: 'There is no such role any more. Nothing was changed. Reload the page.',
    role_name_taken: 'There is a role of this name already. Nothing was saved. Choose another name.',
    too_many_roles: 'There are as many own roles as there may be. Remove one that is not used.',
    above_own: 'This is more than you may do yourself, so nothing was changed. Ask an administrator.',
    restricted: 'This person has limited the use of their data, so nothing was changed. They can unlock it themselves.',
    helps_themselves:
      'You cannot help yourself. Nothing was changed. Ask another administrator, or use a recovery code.',
    last_administrator:
      'An organisation must have at least one administrator, so nothing was changed. Make another person an administrator first.',
    person_not_found: 'This person is no longer in the organisation. Nothing was changed. Reload the page.',
    picture_invalid:
      'This link to a picture will not do. Nothing was saved. Give an address that begins with https://, or leave it empty.',
    name_invalid: 'This name will not do. Nothing was saved. Write it on one line without special marks.',
    code_wrong: 'The code is wrong or too old. Nothing was changed. After five tries you need a new code.',
    too_many_codes: 'Too many codes were asked for. Nothing was changed. Wait an hour and try again.',
    address_invalid: 'This is not an e-mail address. Nothing was changed. Look at what you typed.',
    address_taken: 'This address has an account. Nothing was changed. Remove it first from the account that has it.',
    address_not_found: 'This address is no longer in your account. Reload the page.',
    address_primary: 'This is your primary address. Nothing was changed. Make another one primary first.',
    too_many_addresses: 'Your account has as many addresses as there may be. Nothing was added. Remove one first.',
    names_not_ready: 'The names of this organisation are still being opened. Wait a moment and try again.',
  },
  officers: {
    not_provider: 'Emergency destruction belongs to the organisation that runs this Vartio. Nothing was changed.',
    no_such_officer: 'This person has no key in the list any more. Nothing was changed. Load the page again.',
    alone: 'This takes a second person. Nothing was changed. Invite them first.',
    already_officer: 'You have a key already. Nothing was changed. Leave it out of the list first to make another.',
    no_such_list: 'The list has changed. Nothing was changed. Load the page again and compare the names.',
    not_in_list: 'This signature is not wanted. Nothing was changed. Check that the file is your own.',
    malformed:
      'This is not the public half of a key. Nothing was changed. Copy the whole line that begins with the word officer.',
  },
  note: {
    malformed: 'This is no signature. Nothing was changed. Copy the whole line that the command showed.',
    not_signed: 'This signature is not wanted. Nothing was changed. Check whose key has signed.',
    wrong_signature: 'The signature is not of this list. Nothing was changed. Download the list again and sign it.',
  },
  organizations: {
    provider_only: 'People of the provider of this Vartio record this. Nothing was changed.',
    operator_is_here:
      'Whoever has only delivered the software has no access, so no organisation of that name can be here. Nothing was changed.',
    name_taken: 'There is already an organisation of this name. Nothing was added. Give another name.',
    already_set_up: 'This Vartio has already been set up. Nothing was added. Sign in or ask for an invitation.',
    organization_not_found: 'There is no such organisation, or you are not part of it. Nothing was changed.',
    kind_not_allowed: 'An organisation of this kind cannot be added under this one. Nothing was added.',
    company_decides:
      'This company has an administrator of its own. Only they decide who looks after it. Nothing was changed.',
    not_above: 'Looking after can be handed only to an organisation above this one. Nothing was changed.',
    outsourcing_ended:
      'The company has ended your looking after it. Nothing was changed. You see nothing of it from now on.',
    not_for_this_partner: 'A partner of this kind does not do one of those chosen. Nothing was changed.',
    not_outsourced: 'This is no longer looked after. Somebody may have ended it. Reload the page.',
  },
  invitations: {
    has_administrator: 'This organisation has an administrator, whom vartio recover lets in again. Nobody was invited.',
    invitation_not_found: 'This invitation is no longer open: somebody has withdrawn or used it. Reload the page.',
    already_member: 'This address already has access to this organisation. No invitation was sent.',
    already_invited: 'There is already an open invitation to this address. Send it again from the list if needed.',
  },
  audit: {
    people_only: 'This is for people who have signed in, not for API keys.',
  },
  bookkeeping: {
    provider_only: 'The provider of this Vartio keeps the books. Nothing was changed.',
    bad_year:
      'The financial year ends on the day of the voucher or after it, eighteen months later at most, and its time is not over. Correct the days.',
    no_place:
      'There is no place now in which the record would be kept. Nothing was stored. Tell whoever runs the server.',
    too_many:
      'The year has more records than a file takes. The command vartio bookkeeping export on the server gives all of them.',
  },
  api_keys: {
    not_valid: 'The API key is not valid, or not any more.',
    not_allowed: 'The API key does not allow this.',
    people_only: 'This is for people who have signed in, not for API keys.',
    bad_end: 'A key is valid from now on, for a year at most. Choose another day.',
    too_many: 'There are as many keys as there may be. Revoke one first that is not used.',
    not_found: 'There is no such key, or it was revoked already. Reload the page.',
  },
  declarations: {
    provider_only: 'People of the provider of this Vartio vouch for its pledges. Nothing was changed.',
    not_declarable: 'This pledge does not rest on anybody’s word. Load the page again.',
    bad_until: 'A declaration counts from now on, for a year at most. Choose another day.',
    not_found: 'There is no such declaration, or it was taken back already. Load the page again.',
  },
  commands: {
    provider_only: 'Commands are confirmed by people of the provider.',
    not_waiting: 'This command does not wait any more: it has run, was cancelled, or gave up.',
    other_command: 'This is not the command that was shown. Nothing was confirmed.',
    only_once: 'This command is confirmed each time it is given.',
  },
  reports: {
    not_found: 'This report is not there any more. Load the page again.',
    edition_not_found: 'This report is not there any more. Reports are kept for three years.',
    too_many: 'There are 20 reports already. Remove one first.',
    not_readers:
      'Somebody of these may not read reports of this organisation. Leave them out, or give them the right first.',
    bad_time_zone: 'This time zone is not known. Choose another.',
  },
  company_sign_in: {
    not_set_up: 'Nobody comes into this organisation by a provider of its own. Sign in with your passkey.',
    expired: 'This took too long or was begun elsewhere. Begin again.',
    not_member: 'You do not belong to this organisation. Ask its administrator for an invitation.',
    no_groups: 'The provider said nothing of your groups, so it lets you in nowhere. Tell your administrator.',
    no_role: 'None of your groups has a role in this organisation. Ask your administrator.',
    members_only: 'Only people of the organisation itself connect its provider to their account.',
    no_domain: 'Write a domain as it stands in your addresses after the at sign, such as paja.example.',
    domain_not_found: 'This domain is not there any more.',
    too_many_domains: 'There are 20 domains already. Remove one first.',
    domain_taken:
      'Another organisation has proved this domain. It is free two weeks after the record of that organisation has gone.',
    record_missing:
      'The name servers know no such record yet. A new record may take up to a day to be seen everywhere.',
    record_different: 'The record is there, with another value. Copy the value from here.',
    record_unanswered: 'The name servers of the domain did not answer. Try again in a while.',
  },
  staff: { provider_only: 'Only people of whoever runs this Vartio see its staff.' },
  subscriptions: {
    not_subscribed:
      'The company does not subscribe to the protection of devices, or its subscription has ended. The device was not added, and nothing was collected of it.',
    seats_full: 'There are as many devices as were ordered. The device was not added. Remove a device or order more.',
    not_seller:
      'Subscriptions are made by whoever added the company, or by whoever runs this Vartio. Nothing was changed.',
    ends_before_it_begins: 'A subscription cannot end before it begins. Nothing was changed.',
  },
  health: { provider_only: 'Only people of whoever runs this Vartio see how it itself is.' },
  technical_log: {
    provider_only: 'Only people of whoever runs this Vartio look into the technical log. Nothing was shown.',
    too_long: 'One look reaches over 31 days at most. Choose a shorter time, its beginning before its end.',
  },
  upstreams: {
    provider_only: 'Upstreams are chosen by administrators of whoever runs this Vartio. Nothing was changed.',
  },
  account: {
    service_not_found: 'Nothing was released to this service. Nothing was changed.',
  },
  upstream: {
    not_connected:
      'This provider is connected to no account yet. Sign in with your passkey and connect it on your own page.',
    not_offered: 'This provider is not in use. Sign in with your passkey.',
    broken_off: 'The provider did not let you in, or you broke it off. Try again.',
    answer_refused: 'The answer of the provider cannot be trusted. Try again, or sign in with your passkey.',
    not_found: 'This upstream is gone. Nothing was changed.',
    unreachable: 'The upstream does not answer as it should. Check its address and try again.',
    secret_missing: 'The upstream has no secret yet. Give it one first.',
    identifier_not_found: 'This identifier is gone. Nothing was changed.',
    identifier_type_not_found: 'This type is gone. Nothing was changed.',
    identifier_type_in_use: 'An upstream states this type or somebody has one, so it cannot be removed.',
    link_not_found: 'This link is gone. Nothing was changed.',
    linked_elsewhere: 'This is linked to another account already. Nothing was changed.',
  },
  contracts: {
    provider_only: 'Administrators of the provider of this Vartio decide that. Nothing was changed.',
    owners_only: 'The provider looks after every contract and owns no service. Nothing was changed.',
    not_found: 'There is no such contract. Reload the page.',
    too_many: 'The organisation has as many services as it may. Give notice of one first.',
    waits: 'The contract waits for approval. Take it back first. Nothing was changed.',
    not_in_test: 'Only a contract in test mode is sent to be brought into force.',
    nothing_sent: 'Nothing waits for approval any more. Reload the page.',
    sent_anew: 'The owner has since taken it back or sent something else. Reload the page and look again.',
    unsigned: 'Name a signatory first. Nothing was sent.',
    signatories_stay: 'Signatories of a contract in force are changed by the provider. Nothing was changed.',
    not_in_eea:
      'A contract is made only with an organisation whose seat and service are in the EEA. Nothing was changed.',
    no_such_owner: 'There is no such organisation, or it cannot own a service. Nothing was changed.',
    by_proposal: 'The service has an owner: it comes into force when you approve what its owner has sent.',
    owner_declares: 'The service has an owner, who gives its declaration. Nothing was changed.',
    over: 'Notice of this contract was given, and it changes no more. Nothing was changed.',
  },
  services: {
    subject_not_found: 'This person no longer has an account. Nothing was changed.',
    not_in_eea:
      'A contract is made only with an organisation whose seat and service are in the EEA. Nothing was changed.',
    contract_not_found: 'There is no such contract. Reload the page.',
    contract_over: 'Notice of this contract was given, and it changes no more. Nothing was changed.',
    contract_unsigned: 'Name a signatory first. Nothing was changed.',
    terms_superseded: 'There is a newer version of the terms. Reload the page and read it.',
    secret_not_used: 'This service proves itself by its key and has no secret.',
  },
  contact: {
    provider_only: 'Messages to the controller are read by people of the provider of this Vartio. Nothing was changed.',
    no_such_message: 'This message is not there any more. Load the page again.',
  },
  requests: {
    provider_only:
      'Requests are looked after by the privacy officers of whoever runs this Vartio. Nothing was changed.',
    not_found: 'There is no such request any more. Load the page again.',
    finished: 'This request is done already. Nothing was changed.',
    already_extended: 'This request has been extended once. It is not extended again.',
    too_late_to_extend: 'The month within which the person must be told is over. Nothing was changed.',
  },
  holds: {
    provider_only: 'Holds are decided by the privacy officers of whoever provides this Vartio. Nothing was changed.',
    person_unknown: 'The portal knows nobody with this number. Nothing was changed. Check the number.',
    needs_another: 'A hold is approved by somebody other than who proposed it. Nothing was changed.',
    not_found: 'This hold is not there any more. Reload the page.',
    not_proposed: 'This hold has been decided already. Reload the page.',
    not_active: 'This hold is not in force. Reload the page.',
    bad_scope: 'Say whose data, of which organisation or which log is held. A time belongs to a log.',
    bad_time: 'A hold is looked at again within half a year and before its end, and ends within two years.',
    ground_unfit: 'This ground lies in the data itself. Choose the ground of this case.',
  },
  recovery: {
    no_account: 'This person has no account to get into. Nothing was sent. Remove them and invite them again.',
    too_many_helps: 'They have been helped many times today. Nothing was sent. Try again tomorrow.',
  },
  passkeys: {
    last_passkey:
      'The last passkey cannot be removed: you could not get in any more. Nothing was changed. Add another first.',
    passkey_not_found: 'This passkey is no longer here. Reload the page.',
    refused: 'The passkey was not accepted. Nothing was changed. Try again.',
    too_many: 'You already have as many passkeys as fit in an account. Nothing was added. Remove one first.',
  },
  own_data: {
    restricted: 'Your data is locked, so this was not done. Unlock it on the page Your data first.',
    request_not_found: 'This request is not under way any more, so nobody was told. Load the page again.',
    copy_not_found: 'This copy is no longer here. Ask for a new one.',
    copy_not_ready: 'The copy is not ready yet. Wait a moment and try again.',
    typed_something_else: 'This is not the address of your account. Nothing was deleted. Check what you typed.',
    last_administrator:
      'You are the only administrator of an organisation, so nothing was deleted. Make somebody else an administrator first.',
    in_the_way:
      'Something has to be done before the account can be deleted. Nothing was changed. Ask the privacy officer.',
    being_forgotten: 'Your account is being deleted. Nothing else was changed.',
    program_away: 'A part of Vartio does not answer just now, so nothing was deleted. Try again in a moment.',
  },
  groups: {
    kept_by_portal: 'Who belongs to this group is decided in the portal. Nothing was changed.',
    not_found: 'There is no such group, or it is not for you. Nothing was changed.',
    request_not_found: 'This request is no longer there. Nothing was changed. Reload the page.',
    member_not_found:
      'They are no longer in the group, or their account has expired. Nothing was changed. Reload the page.',
    already_there: 'You belong to the group already, or have asked to. Nothing was changed.',
    only_administrator: 'You are the only administrator of the group. Nothing was changed. Make a member one first.',
    others_administer: 'The group has other administrators. Nothing was changed. They have to step down first.',
    is_administrator: 'An administrator cannot be removed. Nothing was changed. They can step down themselves.',
    too_many: 'There are as many as there can be. Nothing was added.',
    typed_something_else: 'This is not the name of the group. Nothing was deleted. Check what you wrote.',
  },
  oidc: { no_such_session: 'This session has already ended. Reload the page.' },
  rule_sets: {
    bad_address:
      'This is no usable address. Nothing was changed. It begins with https:// and has no name or password in it.',
    exists: 'There is a rule set of that name already. Nothing was changed. Give another name.',
    no_address: 'This rule set was brought as a file, so it cannot be fetched. Bring a new file.',
    not_bundle_key:
      'Another Vartio has signed this file. Nothing was taken into use. Give the key of that Vartio, which its page of rule sets shows.',
    not_fetched: 'The rule set could not be fetched. Devices still have the version before. Try again later.',
    not_found: 'This rule set is not in the list. Reload the page.',
    not_provider:
      'Only the provider chooses rule sets. Nothing was changed. In the policy you choose which of them your devices have.',
    not_ready: 'The rule set is not ready yet. Nothing was changed. Wait until it is.',
    other_hash: 'The file is not what it must be. It was not taken into use. Check the hash with the publisher.',
    other_version: 'There is a new version of the rule set already. The device fetches it by itself.',
    own_network:
      'The address leads into the own network, so it was not fetched. Whoever runs this Vartio can allow a mirror with VARTIO_RULE_MIRRORS.',
    too_large: 'The file is too large. It was not taken into use.',
    too_many: 'There are as many rule sets as there can be. Nothing was changed. Remove one that is not needed.',
  },
  policies: {
    changed_meanwhile:
      'Somebody else has changed the policy meanwhile. Nothing was saved. Reload the page and try again.',
    exclusion_not_found: 'This has ended already, or somebody has ended it. Nothing was changed. Reload the page.',
    bad_until: 'The end must be in the future, within ninety days. Nothing was saved.',
    too_many_exclusions: 'There are already as many exclusions as fit in a policy. Nothing was added. End some first.',
    level_not_found:
      'This group or device is no longer here. Nothing was saved. Somebody may have removed it. Reload the page.',
    locked: 'A level above has locked meanwhile what you were changing. Nothing was saved. Reload the page.',
    nothing_below: 'A single device has nothing below it to lock. Nothing was saved.',
    too_many_levels:
      'As many devices have settings of their own as can. Nothing was saved. Make a group of the devices.',
    state_not_found: 'This earlier state is no longer kept. Nothing was changed. Reload the page.',
  },
  standards: {
    not_found:
      'This standard policy is no longer here. Nothing was changed. Somebody may have removed it. Reload the page.',
    name_taken: 'There is a standard policy of this name already. Nothing was saved. Choose another name.',
    too_many: 'There are already as many standard policies as can be. Nothing was saved. Remove some first.',
    changed_meanwhile:
      'Somebody else has changed the standard policy meanwhile. Nothing was saved or given. Reload the page and try again.',
    no_such_company:
      'One of the companies no longer lets you manage its policy. Nothing was given to any. Reload the page and choose again.',
    push_under_way:
      'A standard policy is being given to companies right now. Nothing else was begun. Try again once it is done.',
    push_not_found: 'This is no longer kept. Nothing was changed. Reload the page.',
    push_not_so: 'It has gone on meanwhile, so this can no longer be done. Nothing was changed. Reload the page.',
  },
  devices: {
    provider_only: 'In which languages devices are is shown to people of the provider. Nothing was changed.',
    code_wrong: 'There is no such code, or it has been revoked. Nothing was changed. Ask for a new one.',
    code_expired: 'This code has expired. Nothing was changed. Ask for a new one.',
    code_used: 'This code has been used already. Nothing was changed. Ask for a new one.',
    code_not_found: 'This code is no longer here. Somebody may have revoked it. Reload the page.',
    device_not_found: 'This device is no longer here. Somebody may have removed it. Reload the page.',
    action_not_found: 'This device was not asked to do this.',
    too_many_actions: 'The device has enough to do already. Nothing was added. Wait until it has got on.',
    content_not_found: 'The file is no longer here: files are kept for thirty days.',
    not_enrolled: 'This device is not enrolled here.',
    not_signed: 'The request of the device is not signed as it must be. Check its clock.',
    no_archive: 'What devices are installed from has not been built here yet. Try again in a moment.',
    nothing_chosen: 'No device fits what was chosen. Nothing was begun.',
    other_count: 'Another number of devices fits by now. Nothing was begun. Look at the list again.',
    too_many_bulks: 'As much is under way as can be. Nothing was begun. Wait until some of it has ended.',
    bulk_not_found: 'This is no longer here: it is kept for thirty days.',
    bulk_not_so: 'This cannot be stopped or undone any more. Nothing was changed. Reload the page.',
    label_not_found: 'This group or tag is no longer here. Nothing was changed. Reload the page.',
    label_taken: 'There is one with this name already. Nothing was saved. Choose another name.',
    too_many_labels: 'There are already as many groups or tags as fit. Nothing was added. Remove some first.',
    view_not_found: 'This view is no longer here. Reload the page.',
    too_many_views: 'There are already as many views as fit. Nothing was saved. Remove some first.',
    names_not_ready: 'The names of the devices are still being opened. Wait a moment and try again.',
    enrolled_meanwhile: 'The device is being enrolled by another request. Try again in a moment.',
  },
  detections: {
    detection_not_found: 'This detection is no longer here. Reload the page.',
    not_in_quarantine: 'This is not in quarantine any more. Nothing was changed. Reload the page.',
    under_way: 'The device has been asked to do something with this already. Wait until it has answered.',
    changed_meanwhile: 'Somebody else has changed this detection. Nothing was changed. Reload the page and try again.',
    may_not_exclude: 'Letting something through changes the policy, which you may not. Nothing was changed.',
    cannot_handle:
      'This person may not handle detections of this organisation. Nothing was changed. Choose somebody else.',
    cannot_cover: 'No such exclusion can be made of this detection. Nothing was changed. Choose another.',
    nothing_chosen: 'Those you chose are so already, or no longer here. Nothing was changed.',
    nothing_to_undo: 'These have been changed again, or this was undone already. Nothing was changed.',
  },
  receivers: {
    not_found: 'This receiver is no longer here. Reload the page.',
    bad_address:
      'This address cannot be used. It begins with https:// or, for a log system, is tls://server:6514. Nothing was saved.',
    own_network:
      'The address is in your own network and has not been allowed. Nothing was saved. Whoever runs this Vartio can allow it with the setting VARTIO_RECEIVERS.',
    bad_certificate: 'This certificate cannot be used. Nothing was saved. Give it as PEM.',
    too_many: 'There are already as many receivers as fit. Nothing was saved. Remove one first.',
    logs_never_quiet: 'A log system is always told at once and keeps no quiet hours. Nothing was changed.',
    never_signed: 'What is sent as syslog is not signed, so there is no secret. Nothing was changed.',
    not_delivered: 'The trial did not come through. Check the address and the certificate.',
  },
}
