-- Generated from the live schema by npm run check -- --write. Never edited by hand.

table calls.nonce (
  nonce bigint not null,
  expires_at timestamp with time zone not null
)
  constraint nonce_pkey PRIMARY KEY (expires_at, nonce)
  grants identity delete, insert, select, update

table expiry.held (
  held_id bigint not null,
  hold_id uuid not null,
  table_name text not null,
  person_ids uuid[] not null,
  content jsonb not null,
  held_at timestamp with time zone not null
)
  CREATE INDEX held_by_hold ON expiry.held USING btree (hold_id, table_name)
  CREATE INDEX held_by_person ON expiry.held USING gin (person_ids)
  constraint held_hold_id_fkey FOREIGN KEY (hold_id) REFERENCES expiry.hold(hold_id) ON DELETE CASCADE
  constraint held_pkey PRIMARY KEY (held_id)

table expiry.hold (
  hold_id uuid not null,
  ground text not null,
  person_id uuid,
  organization_id uuid,
  table_name text,
  from_at timestamp with time zone,
  to_at timestamp with time zone,
  is_told boolean not null default true,
  placed_at timestamp with time zone not null,
  ends_at timestamp with time zone not null
)
  CREATE INDEX hold_by_end ON expiry.hold USING btree (ends_at)
  CREATE UNIQUE INDEX hold_restriction ON expiry.hold USING btree (person_id) WHERE (ground = 'restriction'::text)
  constraint hold_check CHECK ((num_nonnulls(person_id, organization_id, table_name) > 0))
  constraint hold_check1 CHECK (((table_name IS NOT NULL) OR (num_nonnulls(from_at, to_at) = 0)))
  constraint hold_check2 CHECK ((from_at < to_at))
  constraint hold_ground_check CHECK ((ground = ANY (ARRAY['grace'::text, 'law'::text, 'remedy'::text, 'problem'::text, 'fraud'::text, 'built-in'::text, 'need'::text, 'authority'::text, 'crime'::text, 'restriction'::text])))
  constraint hold_pkey PRIMARY KEY (hold_id)

table expiry.rule (
  table_name text not null,
  how text not null,
  starts text,
  period interval,
  slack interval not null default '00:00:00'::interval,
  anchor text,
  anchor_key text[],
  person_columns text[] not null default '{}'::text[],
  organization_column text,
  grounds text[],
  standing text[] not null default '{}'::text[],
  standing_grounds text[] not null default '{}'::text[]
)
  constraint rule_check CHECK (((how = ANY (ARRAY['row'::text, 'day'::text])) = ((starts IS NOT NULL) AND (period IS NOT NULL))))
  constraint rule_check1 CHECK ((((anchor IS NULL) = (anchor_key IS NULL)) AND ((how = 'with'::text) OR (anchor IS NULL))))
  constraint rule_check2 CHECK (((how <> 'day'::text) OR (slack = '00:00:00'::interval)))
  constraint rule_check3 CHECK ((cardinality(standing) = cardinality(standing_grounds)))
  constraint rule_how_check CHECK ((how = ANY (ARRAY['row'::text, 'day'::text, 'with'::text, 'until'::text, 'forever'::text, 'library'::text])))
  constraint rule_pkey PRIMARY KEY (table_name)
  grants identity select

table expiry.run (
  table_name text not null,
  expired_to timestamp with time zone not null
)
  constraint run_pkey PRIMARY KEY (table_name)
  grants identity select

table groups.join_request (
  request_id uuid not null,
  group_id uuid not null,
  person_id uuid not null,
  sealed bytea not null,
  asked_at timestamp(3) with time zone not null,
  declined_at timestamp(3) with time zone,
  expires_at timestamp(3) with time zone not null
)
  CREATE INDEX join_request_expiry ON groups.join_request USING btree (expires_at)
  CREATE INDEX join_request_person ON groups.join_request USING btree (person_id)
  CREATE UNIQUE INDEX join_request_once ON groups.join_request USING btree (group_id, person_id)
  constraint join_request_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups.named_group(group_id) ON DELETE CASCADE
  constraint join_request_pkey PRIMARY KEY (request_id)
  grants identity delete, insert, select, update

table groups.log (
  at timestamp(3) with time zone not null,
  entry_id uuid not null,
  group_id uuid not null,
  what text not null,
  person_id uuid not null,
  by_id uuid,
  since timestamp(3) with time zone
)
  CREATE INDEX log_group ON ONLY groups.log USING btree (group_id, at)
  CREATE INDEX log_person ON ONLY groups.log USING btree (person_id)
  CREATE INDEX log_staff ON ONLY groups.log USING btree (at DESC, entry_id DESC)
  constraint log_pkey PRIMARY KEY (at, entry_id)
  constraint log_what_check CHECK ((what = ANY (ARRAY['made'::text, 'changed'::text, 'asked'::text, 'withdrawn'::text, 'accepted'::text, 'declined'::text, 'removed'::text, 'left'::text, 'appointed'::text, 'stepped-down'::text, 'ended'::text, 'expired'::text, 'returned'::text, 'erased'::text])))
  grants identity insert, select

table groups.log_rest (
  at timestamp(3) with time zone not null,
  entry_id uuid not null,
  group_id uuid not null,
  what text not null,
  person_id uuid not null,
  by_id uuid,
  since timestamp(3) with time zone
)
  CREATE INDEX log_rest_at_entry_id_idx ON groups.log_rest USING btree (at DESC, entry_id DESC)
  CREATE INDEX log_rest_group_id_at_idx ON groups.log_rest USING btree (group_id, at)
  CREATE INDEX log_rest_person_id_idx ON groups.log_rest USING btree (person_id)
  constraint log_rest_pkey PRIMARY KEY (at, entry_id)
  constraint log_what_check CHECK ((what = ANY (ARRAY['made'::text, 'changed'::text, 'asked'::text, 'withdrawn'::text, 'accepted'::text, 'declined'::text, 'removed'::text, 'left'::text, 'appointed'::text, 'stepped-down'::text, 'ended'::text, 'expired'::text, 'returned'::text, 'erased'::text])))

table groups.membership (
  group_id uuid not null,
  person_id uuid not null,
  is_administrator boolean not null,
  sealed bytea not null,
  since timestamp(3) with time zone not null
)
  CREATE INDEX membership_person ON groups.membership USING btree (person_id)
  constraint membership_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups.named_group(group_id) ON DELETE CASCADE
  constraint membership_pkey PRIMARY KEY (group_id, person_id)
  grants identity delete, insert, select, update

table groups.named_group (
  group_id uuid not null,
  name text not null,
  about text not null,
  made_at timestamp(3) with time zone not null,
  staff_role text
)
  constraint named_group_about_check CHECK ((length(about) <= 1000))
  constraint named_group_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
  constraint named_group_pkey PRIMARY KEY (group_id)
  constraint named_group_staff_role_check CHECK (((staff_role = ANY (ARRAY['administrator'::text, 'privacy_officer'::text, 'viewer'::text])) OR (staff_role ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'::text)))
  constraint named_group_staff_role_key UNIQUE (staff_role)
  grants identity delete, insert, select, update

table mail.letter (
  letter_id uuid not null,
  language text not null,
  written_at timestamp with time zone not null,
  for_inbox boolean not null,
  attempts integer not null default 0,
  next_attempt_at timestamp with time zone not null,
  failed_at timestamp with time zone,
  failure text,
  sealed bytea,
  recipient_token bigint
)
  CREATE INDEX letter_by_recipient ON mail.letter USING btree (recipient_token)
  CREATE INDEX letter_to_send ON mail.letter USING btree (next_attempt_at) WHERE ((failed_at IS NULL) AND (NOT for_inbox))
  constraint letter_language_check CHECK ((language = ANY (ARRAY['fi'::text, 'en'::text])))
  constraint letter_pkey PRIMARY KEY (letter_id)
  grants identity delete, insert, select, update

table messages.message (
  message_id bigint not null,
  subscriber text not null,
  topic text not null,
  key text not null,
  payload jsonb not null,
  published_at timestamp with time zone not null default now(),
  attempts integer not null default 0,
  not_before timestamp with time zone,
  failure text
)
  CREATE INDEX message_in_order ON messages.message USING btree (subscriber, key, message_id)
  constraint message_pkey PRIMARY KEY (message_id)
  grants identity delete, insert, select, update

table messages.subscriber (
  name text not null,
  topic text not null
)
  constraint subscriber_pkey PRIMARY KEY (name)
  grants identity delete, insert, select, update

table oidc.sealed (
  id bytea not null,
  model text not null,
  sealed bytea not null,
  second_id bytea,
  sealed_second bytea,
  grant_id bytea,
  session_hash bytea,
  expires_at timestamp with time zone not null,
  consumed_at timestamp with time zone
)
  CREATE INDEX sealed_expiry ON oidc.sealed USING btree (expires_at)
  CREATE INDEX sealed_grant ON oidc.sealed USING btree (grant_id) WHERE (grant_id IS NOT NULL)
  CREATE INDEX sealed_second ON oidc.sealed USING btree (second_id) WHERE (second_id IS NOT NULL)
  CREATE INDEX sealed_session ON oidc.sealed USING btree (session_hash) WHERE (session_hash IS NOT NULL)
  constraint sealed_pkey PRIMARY KEY (id)
  grants identity delete, insert, select, update

table oidc.session (
  session_hash bytea not null,
  session_id uuid not null,
  person_id uuid not null,
  grant_ids bytea[] not null default '{}'::bytea[],
  began_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  passkey_at timestamp with time zone,
  ended_at timestamp with time zone,
  services text[] not null default '{}'::text[],
  sealed bytea not null,
  sids jsonb not null default '{}'::jsonb
)
  CREATE INDEX session_expiry ON oidc.session USING btree (ends_at)
  CREATE INDEX session_person ON oidc.session USING btree (person_id, ends_at)
  constraint session_check CHECK ((ends_at <= (began_at + '08:00:00'::interval)))
  constraint session_pkey PRIMARY KEY (session_hash)
  constraint session_session_id_key UNIQUE (session_id)
  grants identity delete, insert, select, update

table oidc.spent (
  hash bytea not null,
  expires_at timestamp with time zone not null
)
  CREATE INDEX spent_expiry ON oidc.spent USING btree (expires_at)
  constraint spent_pkey PRIMARY KEY (hash)
  grants identity delete, insert, select, update

table oidc.telling (
  telling_id uuid not null,
  client_id text not null,
  sealed bytea not null,
  attempts integer not null default 0,
  next_attempt_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null
)
  CREATE INDEX telling_due ON oidc.telling USING btree (next_attempt_at)
  CREATE INDEX telling_expiry ON oidc.telling USING btree (expires_at)
  constraint telling_pkey PRIMARY KEY (telling_id)
  grants identity delete, insert, select, update

table own_data.request (
  request_id uuid not null,
  person_id uuid not null,
  kind text not null,
  asked_at timestamp(3) with time zone not null,
  sealed bytea,
  handed_over_at timestamp(3) with time zone,
  finished_at timestamp(3) with time zone,
  refusal text,
  downloads timestamp(3) with time zone[] not null default '{}'::timestamp with time zone[],
  expires_at timestamp(3) with time zone,
  is_due boolean not null default false
)
  CREATE INDEX request_by_end ON own_data.request USING btree (expires_at) WHERE (expires_at IS NOT NULL)
  CREATE INDEX request_of_person ON own_data.request USING btree (person_id, asked_at)
  CREATE UNIQUE INDEX request_under_way ON own_data.request USING btree (person_id, kind) WHERE (finished_at IS NULL)
  constraint request_check CHECK (((finished_at IS NULL) = (expires_at IS NULL)))
  constraint request_kind_check CHECK ((kind = ANY (ARRAY['export'::text, 'forget'::text, 'restrict'::text, 'lift'::text])))
  constraint request_pkey PRIMARY KEY (request_id)
  grants identity delete, insert, select, update

table passkeys.challenge (
  challenge_hash bytea not null,
  bound_to bytea not null,
  expires_at timestamp with time zone not null
)
  CREATE INDEX challenge_expiry ON passkeys.challenge USING btree (expires_at)
  constraint challenge_pkey PRIMARY KEY (challenge_hash)
  grants identity delete, insert, select, update

table passkeys.passkey (
  person_id uuid not null,
  passkey_id uuid not null,
  credential_id bytea not null,
  public_key bytea not null,
  sign_count bigint not null,
  transports text[] not null,
  is_backup_eligible boolean not null,
  is_backed_up boolean not null,
  created_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  sealed bytea not null
)
  constraint passkey_credential_id_check CHECK (((length(credential_id) >= 1) AND (length(credential_id) <= 1023)))
  constraint passkey_credential_id_key UNIQUE (credential_id)
  constraint passkey_pkey PRIMARY KEY (person_id, passkey_id)
  policy scope using ((person_id = ( SELECT (NULLIF(current_setting('vartio.person_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((person_id = ( SELECT (NULLIF(current_setting('vartio.person_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants identity delete, insert, select, update

table people.email_address (
  person_id uuid not null,
  is_primary boolean not null,
  verified_at timestamp with time zone not null,
  address_token bigint not null,
  sealed bytea not null
)
  CREATE INDEX email_address_person ON people.email_address USING btree (person_id)
  CREATE UNIQUE INDEX email_address_one_primary ON people.email_address USING btree (person_id) WHERE is_primary
  constraint email_address_person_id_fkey FOREIGN KEY (person_id) REFERENCES people.person(person_id) ON DELETE CASCADE
  constraint email_address_pkey PRIMARY KEY (address_token)
  grants identity delete, insert, select, update

table people.one_time_code (
  code_id uuid not null,
  purpose text not null,
  address_token bytea not null,
  ip_token bytea not null,
  salt bytea not null,
  hash bytea not null,
  tries_left smallint not null,
  made_at timestamp with time zone not null,
  expires_at timestamp with time zone not null
)
  CREATE INDEX one_time_code_address ON people.one_time_code USING btree (address_token, made_at)
  CREATE INDEX one_time_code_ip ON people.one_time_code USING btree (ip_token, made_at)
  CREATE INDEX one_time_code_made ON people.one_time_code USING btree (made_at)
  constraint one_time_code_pkey PRIMARY KEY (code_id)
  constraint one_time_code_tries_left_check CHECK ((tries_left >= 0))
  grants identity delete, insert, select, update

table people.person (
  person_id uuid not null,
  language text not null,
  theme text not null default 'system'::text,
  created_at timestamp with time zone not null,
  sealed bytea not null,
  last_event_at timestamp(3) with time zone not null,
  told smallint not null default 0
)
  CREATE INDEX person_quiet ON people.person USING btree (last_event_at)
  CREATE TRIGGER erase_key AFTER DELETE ON people.person FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('person_id')
  constraint person_language_check CHECK ((language = ANY (ARRAY['fi'::text, 'en'::text])))
  constraint person_pkey PRIMARY KEY (person_id)
  constraint person_theme_check CHECK ((theme = ANY (ARRAY['system'::text, 'light'::text, 'dark'::text])))
  constraint person_told_check CHECK (((told >= 0) AND (told <= 3)))
  policy scope using ((person_id = ( SELECT (NULLIF(current_setting('vartio.person_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((person_id = ( SELECT (NULLIF(current_setting('vartio.person_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants identity delete, insert, select, update

table platform.migration (
  area text not null,
  name text not null,
  sha256 text not null,
  ran_at timestamp with time zone not null default now()
)
  constraint migration_pkey PRIMARY KEY (area, name)
  grants identity select

table recovery.code (
  person_id uuid not null,
  hash bytea not null,
  made_at timestamp with time zone not null,
  used_at timestamp with time zone
)
  constraint code_pkey PRIMARY KEY (person_id, hash)
  policy scope using ((person_id = ( SELECT (NULLIF(current_setting('vartio.person_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((person_id = ( SELECT (NULLIF(current_setting('vartio.person_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants identity delete, insert, select, update

table recovery.help (
  token_hash bytea not null,
  person_id uuid not null,
  language text not null,
  salt bytea not null,
  hash bytea not null,
  tries_left smallint not null,
  begun_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  opened_by bytea,
  ended_at timestamp with time zone
)
  CREATE INDEX help_expiry ON recovery.help USING btree (expires_at)
  CREATE INDEX help_person ON recovery.help USING btree (person_id, begun_at)
  constraint help_language_check CHECK ((language = ANY (ARRAY['fi'::text, 'en'::text])))
  constraint help_opened_by_key UNIQUE (opened_by)
  constraint help_pkey PRIMARY KEY (token_hash)
  constraint help_tries_left_check CHECK ((tries_left >= 0))
  grants identity delete, insert, select, update

table release.delivered (
  person_id uuid not null,
  client_id text not null,
  items text[] not null,
  delivered_at timestamp(3) with time zone not null,
  groups_asked_at timestamp(3) with time zone,
  first_at timestamp(3) with time zone,
  earlier text[] not null default '{}'::text[],
  stopped_at timestamp(3) with time zone
)
  constraint delivered_pkey PRIMARY KEY (person_id, client_id)
  policy scope using ((person_id = ( SELECT (NULLIF(current_setting('vartio.person_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((person_id = ( SELECT (NULLIF(current_setting('vartio.person_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants identity delete, insert, select, update

table release.log (
  at timestamp(3) with time zone not null,
  entry_id uuid not null,
  event bytea not null,
  session_id uuid,
  contract_id uuid not null,
  what text not null,
  sealed bytea
)
  CREATE INDEX log_event ON ONLY release.log USING btree (event)
  constraint log_event_check CHECK ((length(event) = 32))
  constraint log_pkey PRIMARY KEY (at, entry_id)
  constraint log_what_check CHECK ((what = ANY (ARRAY['continued'::text, 'remembered'::text, 'cancelled'::text, 'handed-over'::text, 'groups-asked'::text])))
  grants identity insert, select

table release.log_rest (
  at timestamp(3) with time zone not null,
  entry_id uuid not null,
  event bytea not null,
  session_id uuid,
  contract_id uuid not null,
  what text not null,
  sealed bytea
)
  CREATE INDEX log_rest_event_idx ON release.log_rest USING btree (event)
  constraint log_event_check CHECK ((length(event) = 32))
  constraint log_rest_pkey PRIMARY KEY (at, entry_id)
  constraint log_what_check CHECK ((what = ANY (ARRAY['continued'::text, 'remembered'::text, 'cancelled'::text, 'handed-over'::text, 'groups-asked'::text])))

table rights.done (
  request_id uuid not null,
  answer jsonb not null,
  key_owner uuid,
  expires_at timestamp(3) with time zone not null
)
  CREATE INDEX done_by_end ON rights.done USING btree (expires_at)
  constraint done_pkey PRIMARY KEY (request_id)
  grants identity delete, insert, select, update

table rights.restricted (
  subject uuid not null,
  request_id uuid not null,
  since timestamp(3) with time zone not null,
  ends_at timestamp(3) with time zone
)
  CREATE TRIGGER follow_restriction AFTER INSERT OR DELETE OR UPDATE ON rights.restricted FOR EACH ROW EXECUTE FUNCTION expiry.follow_restriction()
  constraint restricted_pkey PRIMARY KEY (subject)
  grants identity delete, insert, select, update

table sealing.erasure (
  erasure_id bigint not null,
  of_table text not null,
  owner_id uuid not null,
  scope_id uuid,
  owner_column text not null
)
  constraint erasure_pkey PRIMARY KEY (erasure_id)
  grants identity delete, select

table sealing.plain (
  plain_id bigint not null,
  of_table text not null,
  place jsonb not null,
  fields jsonb not null
)
  CREATE INDEX plain_of_table ON sealing.plain USING btree (of_table, plain_id)
  constraint plain_pkey PRIMARY KEY (plain_id)
  grants identity delete, select

table services.assertion (
  hash bytea not null,
  expires_at timestamp(3) with time zone not null
)
  CREATE INDEX assertion_expiry ON services.assertion USING btree (expires_at)
  constraint assertion_hash_check CHECK ((length(hash) = 32))
  constraint assertion_pkey PRIMARY KEY (hash)
  grants identity delete, insert, select, update

table services.contract (
  client_id text not null,
  contract_id uuid not null,
  state text not null,
  organization text not null,
  business_id text not null,
  seat text not null,
  hosting text[] not null,
  notice_months integer not null,
  has_groups boolean not null,
  invoiced_at text,
  subject text not null,
  terms text not null,
  declared_at timestamp with time zone not null,
  made_at timestamp with time zone not null,
  enforced_at timestamp with time zone,
  ends_at timestamp with time zone,
  ways text[] not null default '{account}'::text[],
  groups uuid[] not null default '{}'::uuid[],
  identifiers text[] not null default '{}'::text[],
  accepted_at timestamp with time zone,
  outdated_at timestamp with time zone
)
  constraint contract_business_id_check CHECK (((length(business_id) >= 1) AND (length(business_id) <= 40)))
  constraint contract_check CHECK (((state = 'in-force'::text) = (enforced_at IS NOT NULL)))
  constraint contract_check1 CHECK ((has_groups OR (groups = '{}'::uuid[])))
  constraint contract_client_id_fkey FOREIGN KEY (client_id) REFERENCES services.service(client_id) ON DELETE CASCADE
  constraint contract_contract_id_key UNIQUE (contract_id)
  constraint contract_groups_check CHECK ((cardinality(groups) <= 50))
  constraint contract_hosting_check CHECK ((((cardinality(hosting) >= 1) AND (cardinality(hosting) <= 10)) AND (hosting <@ '{AT,BE,BG,CY,CZ,DE,DK,EE,ES,FI,FR,GR,HR,HU,IE,IS,IT,LI,LT,LU,LV,MT,NL,NO,PL,PT,RO,SE,SI,SK}'::text[])))
  constraint contract_invoiced_at_check CHECK (((length(invoiced_at) >= 1) AND (length(invoiced_at) <= 500)))
  constraint contract_notice_months_check CHECK (((notice_months >= 1) AND (notice_months <= 24)))
  constraint contract_organization_check CHECK (((length(organization) >= 1) AND (length(organization) <= 200)))
  constraint contract_pkey PRIMARY KEY (client_id)
  constraint contract_seat_check CHECK ((seat = ANY ('{AT,BE,BG,CY,CZ,DE,DK,EE,ES,FI,FR,GR,HR,HU,IE,IS,IT,LI,LT,LU,LV,MT,NL,NO,PL,PT,RO,SE,SI,SK}'::text[])))
  constraint contract_state_check CHECK ((state = ANY (ARRAY['test'::text, 'in-force'::text])))
  constraint contract_subject_check CHECK ((subject = ANY (ARRAY['pairwise'::text, 'event'::text])))
  constraint contract_ways_check CHECK (((cardinality(ways) >= 1) AND (cardinality(ways) <= 20)))
  grants identity delete, insert, select, update

table services.contract_person (
  contract_person_id uuid not null,
  client_id text not null,
  role text not null,
  sealed bytea not null,
  email_token bigint,
  erase_at timestamp with time zone
)
  CREATE INDEX contract_person_email ON services.contract_person USING btree (email_token)
  CREATE INDEX contract_person_expiry ON services.contract_person USING btree (erase_at)
  CREATE INDEX contract_person_service ON services.contract_person USING btree (client_id)
  constraint contract_person_client_id_fkey FOREIGN KEY (client_id) REFERENCES services.contract(client_id) ON DELETE CASCADE
  constraint contract_person_pkey PRIMARY KEY (contract_person_id)
  constraint contract_person_role_check CHECK ((role = ANY (ARRAY['contact'::text, 'signatory'::text])))
  grants identity delete, insert, select, update

table services.failure (
  failure_id uuid not null,
  client_id text not null,
  at timestamp(3) with time zone not null,
  step text not null,
  error text not null,
  why text not null,
  sent jsonb not null
)
  CREATE INDEX failure_by_service ON services.failure USING btree (client_id, at DESC)
  CREATE INDEX failure_by_time ON services.failure USING btree (at)
  constraint failure_client_id_fkey FOREIGN KEY (client_id) REFERENCES services.service(client_id) ON DELETE CASCADE
  constraint failure_error_check CHECK (((length(error) >= 1) AND (length(error) <= 60)))
  constraint failure_pkey PRIMARY KEY (failure_id)
  constraint failure_step_check CHECK ((step = ANY (ARRAY['authorization'::text, 'request'::text, 'token'::text, 'userinfo'::text, 'sign-out'::text, 'groups'::text])))
  constraint failure_why_check CHECK ((length(why) <= 300))
  grants identity delete, insert, select, update

table services.secret (
  client_id text not null,
  hash bytea not null,
  made_at timestamp with time zone not null,
  ends_at timestamp with time zone
)
  CREATE INDEX secret_expiry ON services.secret USING btree (ends_at)
  constraint secret_client_id_fkey FOREIGN KEY (client_id) REFERENCES services.service(client_id) ON DELETE CASCADE
  constraint secret_hash_check CHECK ((length(hash) = 32))
  constraint secret_pkey PRIMARY KEY (client_id, hash)
  grants identity delete, insert, select, update

table services.service (
  client_id text not null,
  name text not null,
  redirect_uris text[] not null,
  post_logout_redirect_uris text[] not null default '{}'::text[],
  jwks jsonb not null,
  scopes text[] not null,
  is_own boolean not null,
  changed_at timestamp with time zone not null,
  protocol jsonb
)
  constraint service_client_id_check CHECK ((client_id ~ '^[a-z0-9][a-z0-9-]{0,63}$'::text))
  constraint service_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
  constraint service_pkey PRIMARY KEY (client_id)
  grants identity delete, insert, select, update

table services.subject (
  client_id text not null,
  person_id uuid not null,
  subject text not null
)
  CREATE INDEX subject_person ON services.subject USING btree (person_id)
  constraint subject_client_id_fkey FOREIGN KEY (client_id) REFERENCES services.service(client_id) ON DELETE CASCADE
  constraint subject_client_id_subject_key UNIQUE (client_id, subject)
  constraint subject_pkey PRIMARY KEY (client_id, person_id)
  grants identity delete, insert, select, update

table sign_in.draft (
  event_hash bytea not null,
  sealed bytea not null,
  expires_at timestamp with time zone not null
)
  CREATE INDEX draft_expiry ON sign_in.draft USING btree (expires_at)
  constraint draft_pkey PRIMARY KEY (event_hash)
  grants identity delete, insert, select, update

table upstream.identifier (
  identifier_id uuid not null,
  person_id uuid not null,
  type_id text not null,
  upstream_id text not null,
  sealed bytea not null,
  proven_at timestamp(3) with time zone not null
)
  CREATE INDEX identifier_upstream ON upstream.identifier USING btree (upstream_id)
  constraint identifier_person_id_type_id_key UNIQUE (person_id, type_id)
  constraint identifier_pkey PRIMARY KEY (identifier_id)
  constraint identifier_type_id_fkey FOREIGN KEY (type_id) REFERENCES upstream.identifier_type(type_id)
  constraint identifier_upstream_id_fkey FOREIGN KEY (upstream_id) REFERENCES upstream.upstream(upstream_id) ON DELETE CASCADE
  grants identity delete, insert, select, update

table upstream.identifier_type (
  type_id text not null,
  name jsonb not null,
  register jsonb not null,
  made_at timestamp with time zone not null
)
  constraint identifier_type_pkey PRIMARY KEY (type_id)
  constraint identifier_type_type_id_check CHECK ((type_id ~ '^[a-z0-9][a-z0-9-]{0,31}$'::text))
  grants identity delete, insert, select, update

table upstream.link (
  link_id uuid not null,
  person_id uuid not null,
  upstream_id text not null,
  subject_token bigint not null,
  sealed bytea not null,
  made_at timestamp with time zone not null,
  used_at timestamp with time zone
)
  CREATE INDEX link_person ON upstream.link USING btree (person_id)
  CREATE UNIQUE INDEX link_subject ON upstream.link USING btree (upstream_id, subject_token)
  constraint link_pkey PRIMARY KEY (link_id)
  constraint link_upstream_id_fkey FOREIGN KEY (upstream_id) REFERENCES upstream.upstream(upstream_id) ON DELETE CASCADE
  grants identity delete, insert, select, update

table upstream.upstream (
  upstream_id text not null,
  state text not null,
  name text not null,
  preset text not null,
  issuer text not null,
  client_id text not null,
  authentication text not null,
  secret bytea,
  private_key bytea not null,
  public_key jsonb not null,
  uses text[] not null,
  claims jsonb not null,
  made_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  identifiers jsonb,
  organization_id uuid,
  groups jsonb
)
  constraint upstream_authentication_check CHECK ((authentication = ANY (ARRAY['client_secret_basic'::text, 'client_secret_post'::text, 'private_key_jwt'::text])))
  constraint upstream_client_id_check CHECK (((length(client_id) >= 1) AND (length(client_id) <= 255)))
  constraint upstream_issuer_check CHECK (((length(issuer) >= 1) AND (length(issuer) <= 300)))
  constraint upstream_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60)))
  constraint upstream_organization_id_key UNIQUE (organization_id)
  constraint upstream_pkey PRIMARY KEY (upstream_id)
  constraint upstream_preset_check CHECK ((preset = ANY (ARRAY['google'::text, 'microsoft'::text, 'generic'::text])))
  constraint upstream_state_check CHECK ((state = ANY (ARRAY['test'::text, 'in-force'::text, 'off'::text])))
  constraint upstream_upstream_id_check CHECK ((upstream_id ~ '^[a-z0-9][a-z0-9-]{0,31}$'::text))
  constraint upstream_uses_check CHECK ((uses <@ '{identify,sign-in,register}'::text[]))
  grants identity delete, insert, select, update

CREATE OR REPLACE FUNCTION expiry.clock()
 RETURNS timestamp with time zone
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select pg_catalog.clock_timestamp() $function$

CREATE OR REPLACE FUNCTION expiry.copy_out(rule expiry.rule, source text, places tid[], now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  chosen text := case when places is null then '' else ' and t.ctid = any ($1)' end;
  last_id bigint;
  copied int;
  wanted text;
  kept text;
begin
  -- A hold is itself not held.
  if rule.table_name like 'expiry.%' or not exists (select 1 from expiry.hold h where h.ends_at > now and (h.table_name is null or h.table_name = rule.table_name)) then
    return 0;
  end if;
  select coalesce(max(e.held_id), 0) into last_id from expiry.held e;
  execute format('insert into expiry.held (hold_id, table_name, person_ids, content, held_at)
      select h.hold_id, %L, array_remove(array[%s]::uuid[], null), to_jsonb(t), $2 from only %s t join expiry.hold h on h.ends_at > $2 and %s%s',
    rule.table_name, (select string_agg(format('t.%I', c), ', ') from unnest(rule.person_columns) c), source, expiry.covers(rule), chosen)
    using places, now;
  get diagnostics copied = row_count;
  execute format('select count(*) || '' '' || sum(hashtextextended(h.hold_id::text || to_jsonb(t)::text, 0)::numeric)
      from only %s t join expiry.hold h on h.ends_at > $2 and %s%s', source, expiry.covers(rule), chosen) into wanted using places, now;
  select count(*) || ' ' || sum(hashtextextended(e.hold_id::text || e.content::text, 0)::numeric) into kept from expiry.held e where e.held_id > last_id;
  if wanted is distinct from kept then
    raise exception 'rows under a hold were not found again as they were';
  end if;
  return copied;
end
$function$

CREATE OR REPLACE FUNCTION expiry.count_held(person uuid)
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select count(*) from expiry.held e join expiry.hold h on h.hold_id = e.hold_id where e.person_ids @> array[person] and h.is_told
$function$

CREATE OR REPLACE FUNCTION expiry.covers(rule expiry.rule)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select format('((h.table_name is null or h.table_name = %L) and %s and %s and %s and (%5$L::text[] is null or h.ground = any (%5$L::text[]) or h.ground = ''restriction''))',
    (rule).table_name,
    coalesce('(h.person_id is null or h.person_id in (' || (select string_agg(format('t.%I', c), ', ') from unnest((rule).person_columns) c) || '))',
      'h.person_id is null'),
    case when (rule).organization_column is null then 'h.organization_id is null'
      else format('(h.organization_id is null or h.organization_id = t.%I)', (rule).organization_column) end,
    case when (rule).starts is null then '(h.from_at is null and h.to_at is null)'
      else format('(h.from_at is null or t.%1$I >= h.from_at) and (h.to_at is null or t.%1$I < h.to_at)', (rule).starts) end,
    (rule).grounds)
$function$

CREATE OR REPLACE FUNCTION expiry.end_hold(id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '5s'
AS $function$
begin
  perform pg_advisory_xact_lock(4713);
  delete from expiry.hold h where h.hold_id = id;
end
$function$

CREATE OR REPLACE FUNCTION expiry.expire_rows(of_table text, now timestamp with time zone, most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET "TimeZone" TO 'UTC'
 SET lock_timeout TO '5s'
AS $function$
declare
  rule expiry.rule;
  until timestamptz := least(now, expiry.clock());
  source text;
  places tid[];
begin
  select * into strict rule from expiry.rule r where r.table_name = of_table and r.how in ('row', 'day');
  perform set_config('vartio.upkeep', 'on', true);
  -- Two at once: the second finds less. A hold is placed before this round or after it.
  perform pg_advisory_xact_lock(4713);
  source := of_table::regclass::text;
  if rule.how = 'day' then
    source := (of_table || '_rest')::regclass::text;
    -- As whole days go: one day before the limit, so that no row outlives it.
    until := until + interval '1 day';
  end if;
  execute format('select array_agg(ctid) from (select t.ctid from only %s t where %s limit %s for update skip locked) due',
    source, expiry.is_due(rule, until), least(most, 10000)) into places;
  perform expiry.copy_out(rule, source, coalesce(places, '{}'), least(now, expiry.clock()));
  execute format('delete from only %s t where t.ctid = any ($1)', source) using coalesce(places, '{}');
  insert into expiry.run values (of_table, until)
    on conflict (table_name) do update set expired_to = greatest(run.expired_to, excluded.expired_to);
  perform set_config('vartio.upkeep', '', true);
  return coalesce(cardinality(places), 0);
end
$function$

CREATE OR REPLACE FUNCTION expiry.follow_restriction()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '5s'
AS $function$
begin
  perform pg_advisory_xact_lock(4713);
  if tg_op <> 'INSERT' then
    delete from expiry.hold h where h.ground = 'restriction' and h.person_id = old.subject;
  end if;
  if tg_op <> 'DELETE' then
    insert into expiry.hold (hold_id, ground, person_id, placed_at, ends_at)
    values (gen_random_uuid(), 'restriction', new.subject, new.since, coalesce(new.ends_at, 'infinity'));
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION expiry.grounds_on(of_table text, person uuid, now timestamp with time zone)
 RETURNS SETOF text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  rule expiry.rule;
begin
  -- What was copied out stays readable as well: it is sealed with the key of its person.
  if of_table = 'expiry.held' then
    return query select distinct case when h.is_told then h.ground else 'law' end from expiry.held e join expiry.hold h on h.hold_id = e.hold_id
      where e.person_ids @> array[person] and h.ends_at > now and h.ground <> 'restriction';
    return;
  end if;
  perform set_config('vartio.upkeep', 'on', true);
  select r.* into rule from expiry.rule r where r.table_name = of_table;
  if cardinality(rule.person_columns) > 0 then
    return query execute format(
      'with own as (select t.* from %s t where $1 in (%s))
       select distinct case when h.is_told then h.ground else ''law'' end from expiry.hold h where h.ends_at > $2 and h.ground <> ''restriction'' and exists (select 1 from own t where %s)%s',
      of_table::regclass, (select string_agg(format('t.%I', c), ', ') from unnest(rule.person_columns) c), expiry.covers(rule),
      (select string_agg(format(' union select %L where exists (select 1 from own t where t.%I > $2)', g, s), '')
        from unnest(rule.standing, rule.standing_grounds) as u (s, g))) using person, now;
  end if;
  perform set_config('vartio.upkeep', '', true);
end
$function$

CREATE OR REPLACE FUNCTION expiry.held_of(person uuid, skip integer, most integer)
 RETURNS TABLE(held_id bigint, ground text, table_name text, content jsonb, ends_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select e.held_id, h.ground, e.table_name, e.content, h.ends_at from expiry.held e join expiry.hold h on h.hold_id = e.hold_id
  where e.person_ids @> array[person] and h.is_told order by e.held_id offset skip limit most
$function$

CREATE OR REPLACE FUNCTION expiry.is_due(rule expiry.rule, until timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select format('(t.%1$I <= %3$L::timestamptz - %2$L::interval + interval ''4 days'' and t.%1$I + %2$L::interval <= %3$L::timestamptz%4$s)',
    (rule).starts, (rule).period, until,
    (select string_agg(format(' and (t.%1$I is null or t.%1$I <= %2$L::timestamptz)', s, until), '') from unnest((rule).standing) s))
$function$

CREATE OR REPLACE FUNCTION expiry.keep_days(of_table text, now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET "TimeZone" TO 'UTC'
 SET lock_timeout TO '5s'
AS $function$
declare
  rule expiry.rule;
  until timestamptz := least(now, expiry.clock());
  today date := until::date;
  schema_name text := split_part(of_table, '.', 1);
  name text := split_part(of_table, '.', 2);
  part record;
  day date;
  rest_has_it boolean;
  dropped int := 0;
begin
  select * into strict rule from expiry.rule r where r.table_name = of_table and r.how = 'day';
  perform set_config('vartio.upkeep', 'on', true);
  -- Two at once: the second finds everything made. A hold is placed before this round or after it.
  perform pg_advisory_xact_lock(4713);
  for day in select d::date from generate_series(today - 1, today + 14, interval '1 day') as d loop
    continue when to_regclass(format('%I.%I', schema_name, name || '_' || to_char(day, 'YYYYMMDD'))) is not null;
    -- Through the table, whose policy lets this function see every row; without a partition they all lie in the rest.
    execute format('select exists (select 1 from %s where %I >= %L and %I < %L)',
      of_table::regclass, rule.starts, day, rule.starts, day + 1) into rest_has_it;
    continue when rest_has_it;
    execute format('create table %I.%I partition of %s for values from (%L) to (%L)',
      schema_name, name || '_' || to_char(day, 'YYYYMMDD'), of_table::regclass, day::timestamptz, (day + 1)::timestamptz);
    -- Rows are reached through the table that carries the policy, never through a partition.
    execute format('revoke all on %I.%I from %I', schema_name, name || '_' || to_char(day, 'YYYYMMDD'), regexp_replace(current_user, '_owner$', ''));
  end loop;
  for part in
    select format('%I.%I', schema_name, c.relname) as place from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = of_table::regclass and c.relname ~ '_[0-9]{8}$'
      and to_date(right(c.relname, 8), 'YYYYMMDD') + rule.period <= until + interval '1 day'
  loop
    -- Nothing comes in between the copy and the drop.
    execute format('lock table %s in share row exclusive mode', part.place);
    perform expiry.copy_out(rule, part.place, null, until);
    execute format('drop table %s', part.place);
    dropped := dropped + 1;
  end loop;
  insert into expiry.run values (of_table, until + interval '1 day')
    on conflict (table_name) do update set expired_to = greatest(run.expired_to, excluded.expired_to);
  perform set_config('vartio.upkeep', '', true);
  return dropped;
end
$function$

CREATE OR REPLACE FUNCTION expiry.past_deadline(now timestamp with time zone)
 RETURNS TABLE(table_name text, past bigint, oldest timestamp with time zone, is_described boolean)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  place record;
  rule expiry.rule;
  condition text;
begin
  perform set_config('vartio.upkeep', 'on', true);
  for place in
    select c.oid, n.nspname, n.nspname || '.' || c.relname as name, c.oid::regclass::text as source
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm', 'f') and not c.relispartition and n.nspname !~ '^(pg_|information_schema$)'
    order by 3
  loop
    select r.* into rule from expiry.rule r where r.table_name in (place.name, place.nspname || '.*') order by r.table_name desc limit 1;
    is_described := rule.table_name is not null;
    table_name := place.name;
    past := 0;
    oldest := null;
    if not has_table_privilege(place.oid, 'select') then
      -- Made by somebody past the migrations: what is in it nobody knows.
      is_described := false;
    elsif not is_described then
      execute format('select count(*) from (select 1 from %s limit 10000) few', place.source) into past;
    elsif rule.how in ('row', 'day') then
      execute format('select count(*), min(deadline) from (select t.%I + %L::interval as deadline from %s t where %s limit 10000) few',
        rule.starts, rule.period, place.source, expiry.is_due(rule, now - rule.slack)) into past, oldest;
    elsif rule.anchor is not null and not exists (
      select 1 from pg_constraint k where k.conrelid = place.oid and k.contype = 'f' and k.convalidated and k.confrelid = rule.anchor::regclass) then
      select string_agg(format('a.%1$I = t.%1$I', k), ' and ') into condition from unnest(rule.anchor_key) k;
      execute format('select count(*) from (select 1 from %s t where not exists (select 1 from %s a where %s) limit 10000) few',
        place.source, rule.anchor::regclass, condition) into past;
    end if;
    return next;
  end loop;
  perform set_config('vartio.upkeep', '', true);
end
$function$

CREATE OR REPLACE FUNCTION expiry.place_hold(id uuid, on_ground text, person uuid, organization uuid, of_table text, from_time timestamp with time zone, to_time timestamp with time zone, told boolean, ends timestamp with time zone, now timestamp with time zone)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET "TimeZone" TO 'UTC'
 SET lock_timeout TO '5s'
AS $function$
declare
  rule expiry.rule;
begin
  -- A round of expiry under way ends first; the next one sees this hold.
  perform pg_advisory_xact_lock(4713);
  update expiry.hold h set ends_at = ends where h.hold_id = id;
  if found then
    return 'placed';
  end if;
  if of_table is not null then
    select r.* into rule from expiry.rule r where r.table_name = of_table and r.how in ('row', 'day') and r.period > interval '0';
    if not found then
      return 'no_such_table';
    end if;
    if rule.grounds is not null and on_ground <> all (rule.grounds) then
      return 'not_on_this_ground';
    end if;
    if from_time + rule.period <= (select u.expired_to from expiry.run u where u.table_name = of_table) then
      return 'too_late';
    end if;
  end if;
  insert into expiry.hold (hold_id, ground, person_id, organization_id, table_name, from_at, to_at, is_told, placed_at, ends_at)
  values (id, on_ground, person, organization, of_table, from_time, to_time, told, now, ends);
  return 'placed';
end
$function$

CREATE OR REPLACE FUNCTION expiry.prove_holds(now timestamp with time zone)
 RETURNS TABLE(active bigint, overdue bigint, rows_held bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select (select count(*) from expiry.hold h where h.ends_at > now),
    (select count(*) from expiry.hold h where h.ends_at <= now - interval '15 minutes'), (select count(*) from expiry.held)
$function$

CREATE OR REPLACE FUNCTION expiry.prove_past_deadline(now timestamp with time zone)
 RETURNS TABLE(figure bigint, oldest timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select sum(p.past)::bigint + count(*) filter (where not p.is_described), min(p.oldest) from expiry.past_deadline(now) p
$function$

CREATE OR REPLACE FUNCTION expiry.remove_organization(of_table text, organization uuid, now timestamp with time zone, most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '5s'
AS $function$
declare
  rule expiry.rule;
  places tid[];
begin
  select * into rule from expiry.rule r where r.table_name = of_table and r.how <> 'day' and r.organization_column is not null;
  if not found then
    return null;
  end if;
  perform set_config('vartio.upkeep', 'on', true);
  -- A hold is placed before this or after it.
  perform pg_advisory_xact_lock(4713);
  execute format('select array_agg(ctid) from (select t.ctid from only %s t where t.%I = $1 limit %s for update) own',
    of_table::regclass, rule.organization_column, least(most, 10000)) into places using organization;
  perform expiry.copy_out(rule, of_table::regclass::text, coalesce(places, '{}'), least(now, expiry.clock()));
  execute format('delete from only %s t where t.ctid = any ($1)', of_table::regclass) using coalesce(places, '{}');
  perform set_config('vartio.upkeep', '', true);
  return coalesce(cardinality(places), 0);
end
$function$

CREATE OR REPLACE FUNCTION people.list_quiet(before timestamp with time zone, behind uuid, most integer)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform set_config('vartio.upkeep', 'on', true);
  return query select p.person_id from people.person p where p.last_event_at <= before and p.person_id > behind
    order by p.person_id limit least(most, 1000);
  perform set_config('vartio.upkeep', '', true);
end
$function$

CREATE OR REPLACE FUNCTION people.prove_unused(now timestamp with time zone)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  found bigint;
begin
  perform set_config('vartio.upkeep', 'on', true);
  select count(*) into found from people.person p
    where p.last_event_at <= now - interval '119 days' and p.last_event_at + interval '4 months' <= now
      and not exists (select 1 from rights.restricted r where r.subject = p.person_id)
      and not exists (select 1 from expiry.grounds_on('people.person', p.person_id, now));
  perform set_config('vartio.upkeep', '', true);
  return found;
end
$function$

CREATE OR REPLACE FUNCTION proofs.prove_rights(program text, known text[])
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select count(*) from proofs.rights_of(program) as line where line <> all (known)
$function$

CREATE OR REPLACE FUNCTION proofs.prove_undescribed(described text[], libraries text[])
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select count(*) from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
    and n.nspname !~ '^(pg_|information_schema$)' and n.nspname <> all (libraries)
    and n.nspname || '.' || c.relname || '.' || a.attname <> all (described)
$function$

CREATE OR REPLACE FUNCTION proofs.rights_of(program text)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with mine as (
    select r.oid, r.rolname::text as name from pg_catalog.pg_roles r where r.rolname in (program, program || '_prover')
    union all select 0::oid, 'everybody'
  ), schema as (
    select n.oid, n.nspname, n.nspacl, n.nspowner from pg_catalog.pg_namespace n where n.nspname !~ '^(pg_|information_schema$|jobs$)'
  ), held as (
    select mine.name || ' may ' || pg_catalog.lower(a.privilege_type) || ' schema ' || s.nspname as line
    from schema s, pg_catalog.aclexplode(coalesce(s.nspacl, pg_catalog.acldefault('n', s.nspowner))) a, mine where a.grantee = mine.oid and not (mine.oid = 0 and s.nspname = 'public')
    union all
    select mine.name || ' may ' || pg_catalog.lower(a.privilege_type) || ' ' || s.nspname || '.' || c.relname
    from schema s join pg_catalog.pg_class c on c.relnamespace = s.oid, pg_catalog.aclexplode(c.relacl) a, mine where a.grantee = mine.oid
    union all
    select mine.name || ' may ' || pg_catalog.lower(a.privilege_type) || ' ' || s.nspname || '.' || c.relname || '.' || t.attname
    from schema s join pg_catalog.pg_class c on c.relnamespace = s.oid join pg_catalog.pg_attribute t on t.attrelid = c.oid,
      pg_catalog.aclexplode(t.attacl) a, mine where a.grantee = mine.oid
    union all
    select mine.name || ' may execute ' || p.oid::pg_catalog.regprocedure::text
    from schema s join pg_catalog.pg_proc p on p.pronamespace = s.oid,
      pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a, mine where a.grantee = mine.oid
    union all
    select mine.name || ' may ' || pg_catalog.lower(a.privilege_type) || ' this database'
    from pg_catalog.pg_database d, pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) a, mine
    where d.datname = pg_catalog.current_database() and a.grantee = mine.oid
    union all
    select r.rolname || ' is ' || k.what
    from pg_catalog.pg_roles r, lateral (values ('a superuser', r.rolsuper), ('past row security', r.rolbypassrls), ('a maker of roles', r.rolcreaterole),
      ('a maker of databases', r.rolcreatedb), ('a replica', r.rolreplication)) as k (what, so)
    where k.so and r.oid in (select mine.oid from mine)
    union all
    select mine.name || ' is also ' || g.rolname
    from pg_catalog.pg_auth_members m join mine on mine.oid = m.member join pg_catalog.pg_roles g on g.oid = m.roleid
    union all
    select 'the wall of ' || s.nspname || '.' || c.relname || ' is down'
    from schema s join pg_catalog.pg_class c on c.relnamespace = s.oid
      join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary
      join pg_catalog.pg_attribute t on t.attrelid = c.oid and t.attnum = i.indkey[0]
    where c.relkind in ('r', 'p') and c.relname !~ '_[0-9]{8}$' and t.attname in ('organization_id', 'person_id')
      and not (c.relrowsecurity and c.relforcerowsecurity)
    union all
    select s.nspname || '.' || c.relname || ' has the policy ' || p.polname || ' for ' || p.polcmd::text || ' of '
      || (select pg_catalog.string_agg(case when r = 0 then 'everybody' else r::pg_catalog.regrole::text end, ', ' order by r::text) from pg_catalog.unnest(p.polroles) r)
    from schema s join pg_catalog.pg_class c on c.relnamespace = s.oid join pg_catalog.pg_policy p on p.polrelid = c.oid
    where c.relname !~ '_[0-9]{8}$'
  )
  select line from held
$function$

CREATE OR REPLACE FUNCTION sealing.absent(owners uuid[], in_scope uuid, tables text[], owner_columns text[], scope_columns text[])
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  missing uuid[];
  present uuid[];
begin
  perform set_config('vartio.upkeep', 'on', true);
  missing := array(select o from unnest(owners) o except select x.owner_id from sealing.erasure x);
  for i in 1 .. coalesce(cardinality(tables), 0) loop
    if not exists (select 1 from pg_attribute a where a.attrelid = to_regclass(tables[i]) and a.attname = 'sealed' and not a.attisdropped) then
      raise exception '% has no sealed rows', tables[i];
    end if;
    execute format('select array_agg(distinct t.%1$I) from %2$s t where t.%1$I = any ($1)%3$s', owner_columns[i], tables[i]::regclass,
      case when scope_columns[i] is null then '' else format(' and t.%I = $2', scope_columns[i]) end)
      into present using missing, in_scope;
    missing := array(select m from unnest(missing) m except select p from unnest(present) p);
  end loop;
  perform set_config('vartio.upkeep', '', true);
  return query select m from unnest(missing) m;
end
$function$

CREATE OR REPLACE FUNCTION sealing.due_erasures(most integer)
 RETURNS TABLE(erasure_id bigint, of_table text, owner_id uuid, scope_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select x.erasure_id, x.of_table, x.owner_id, x.scope_id from sealing.erasure x
  where not exists (select 1 from expiry.held e where e.person_ids @> array[x.owner_id])
    and not exists (select 1 from expiry.held e where e.table_name = x.of_table and e.content ->> x.owner_column = x.owner_id::text)
  order by x.erasure_id limit most
$function$

CREATE OR REPLACE FUNCTION sealing.empty_plain()
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  lock table sealing.plain in access exclusive mode;
  if exists (select 1 from sealing.plain) then return false; end if;
  truncate sealing.plain;
  return true;
end
$function$

CREATE OR REPLACE FUNCTION sealing.erase_key()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into sealing.erasure (of_table, owner_column, owner_id, scope_id)
  values (tg_table_schema || '.' || tg_table_name, tg_argv[0], (to_jsonb(old) ->> tg_argv[0])::uuid, (to_jsonb(old) ->> tg_argv[1])::uuid);
  return null;
end
$function$

CREATE OR REPLACE FUNCTION sealing.held_days(in_table text, time_column text)
 RETURNS SETOF timestamp with time zone
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select distinct pg_catalog.date_trunc('day', (e.content ->> time_column)::timestamptz, 'UTC') from expiry.held e where e.table_name = in_table
$function$

CREATE OR REPLACE FUNCTION sealing.owners_of(tables text[], owner_columns text[], behind uuid, most integer)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  parts text := '';
begin
  perform set_config('vartio.upkeep', 'on', true);
  for i in 1 .. coalesce(cardinality(tables), 0) loop
    if not exists (select 1 from pg_attribute a where a.attrelid = to_regclass(tables[i]) and a.attname = 'sealed' and not a.attisdropped) then
      raise exception '% has no sealed rows', tables[i];
    end if;
    parts := parts || case when i = 1 then '' else ' union all ' end
      || format('(select distinct t.%1$I as owner from %2$s t where t.%1$I > $1 order by 1 limit $2)', owner_columns[i], tables[i]::regclass);
  end loop;
  if parts <> '' then
    return query execute format('select distinct p.owner from (%s) p order by 1 limit $2', parts) using behind, least(most, 10000);
  end if;
  perform set_config('vartio.upkeep', '', true);
end
$function$

CREATE OR REPLACE FUNCTION sealing.prove_unsealed(tables text[], columns text[])
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  found bigint := 0;
  few bigint;
  share float8;
begin
  perform set_config('vartio.upkeep', 'on', true);
  for i in 1 .. coalesce(cardinality(tables), 0) loop
    select least(100, 2000000 / greatest(sum(c.reltuples), 1)) into share from pg_class c
      where c.oid = to_regclass(tables[i]) or c.oid in (select h.inhrelid from pg_inherits h where h.inhparent = to_regclass(tables[i]));
    execute format(
      'select count(*) from %1$s t tablesample system (%3$s) where t.%2$I is not null and (length(t.%2$I) < 29
         or encode(substring(t.%2$I from 1 for 200), ''hex'') ~ ''^(([0-7][0-9a-f])|(c[2-9a-f]|d[0-9a-f])[89ab][0-9a-f]|e[0-9a-f]([89ab][0-9a-f]){2}|f[0-4]([89ab][0-9a-f]){3})+([c-f][0-9a-f]([89ab][0-9a-f])*)?$'')',
      to_regclass(tables[i]), columns[i], share) into few;
    found := found + few;
  end loop;
  perform set_config('vartio.upkeep', '', true);
  return found;
end
$function$

CREATE OR REPLACE FUNCTION sealing.scoped_tokens(scope uuid, tokens smallint[])
 RETURNS integer[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select coalesce(pg_catalog.array_agg((pg_catalog.uuid_hash(scope) & -65536) | (token & 65535)), '{}') from pg_catalog.unnest(tokens) token
$function$

CREATE OR REPLACE FUNCTION upstream.forget_identifiers(of_upstream text, stated text[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform set_config('vartio.upkeep', 'on', true);
  delete from upstream.identifier i where i.upstream_id = of_upstream and not i.type_id = any (stated);
  perform set_config('vartio.upkeep', '', true);
end
$function$

-- Rights of the running program and of its prover
identity may connect this database
identity may delete calls.nonce
identity may delete groups.join_request
identity may delete groups.membership
identity may delete groups.named_group
identity may delete mail.letter
identity may delete messages.message
identity may delete messages.subscriber
identity may delete oidc.sealed
identity may delete oidc.session
identity may delete oidc.spent
identity may delete oidc.telling
identity may delete own_data.request
identity may delete passkeys.challenge
identity may delete passkeys.passkey
identity may delete people.email_address
identity may delete people.one_time_code
identity may delete people.person
identity may delete recovery.code
identity may delete recovery.help
identity may delete release.delivered
identity may delete rights.done
identity may delete rights.restricted
identity may delete sealing.erasure
identity may delete sealing.plain
identity may delete services.assertion
identity may delete services.contract
identity may delete services.contract_person
identity may delete services.failure
identity may delete services.secret
identity may delete services.service
identity may delete services.subject
identity may delete sign_in.draft
identity may delete upstream.identifier
identity may delete upstream.identifier_type
identity may delete upstream.link
identity may delete upstream.upstream
identity may execute expiry.clock()
identity may execute expiry.copy_out(expiry.rule,text,tid[],timestamp with time zone)
identity may execute expiry.count_held(uuid)
identity may execute expiry.covers(expiry.rule)
identity may execute expiry.end_hold(uuid)
identity may execute expiry.expire_rows(text,timestamp with time zone,integer)
identity may execute expiry.follow_restriction()
identity may execute expiry.grounds_on(text,uuid,timestamp with time zone)
identity may execute expiry.held_of(uuid,integer,integer)
identity may execute expiry.is_due(expiry.rule,timestamp with time zone)
identity may execute expiry.keep_days(text,timestamp with time zone)
identity may execute expiry.past_deadline(timestamp with time zone)
identity may execute expiry.place_hold(uuid,text,uuid,uuid,text,timestamp with time zone,timestamp with time zone,boolean,timestamp with time zone,timestamp with time zone)
identity may execute expiry.prove_holds(timestamp with time zone)
identity may execute expiry.prove_past_deadline(timestamp with time zone)
identity may execute expiry.remove_organization(text,uuid,timestamp with time zone,integer)
identity may execute people.list_quiet(timestamp with time zone,uuid,integer)
identity may execute people.prove_unused(timestamp with time zone)
identity may execute proofs.prove_rights(text,text[])
identity may execute proofs.prove_undescribed(text[],text[])
identity may execute proofs.rights_of(text)
identity may execute sealing.absent(uuid[],uuid,text[],text[],text[])
identity may execute sealing.due_erasures(integer)
identity may execute sealing.empty_plain()
identity may execute sealing.erase_key()
identity may execute sealing.held_days(text,text)
identity may execute sealing.owners_of(text[],text[],uuid,integer)
identity may execute sealing.prove_unsealed(text[],text[])
identity may execute sealing.scoped_tokens(uuid,smallint[])
identity may execute upstream.forget_identifiers(text,text[])
identity may insert calls.nonce
identity may insert groups.join_request
identity may insert groups.log
identity may insert groups.membership
identity may insert groups.named_group
identity may insert mail.letter
identity may insert messages.message
identity may insert messages.subscriber
identity may insert oidc.sealed
identity may insert oidc.session
identity may insert oidc.spent
identity may insert oidc.telling
identity may insert own_data.request
identity may insert passkeys.challenge
identity may insert passkeys.passkey
identity may insert people.email_address
identity may insert people.one_time_code
identity may insert people.person
identity may insert recovery.code
identity may insert recovery.help
identity may insert release.delivered
identity may insert release.log
identity may insert rights.done
identity may insert rights.restricted
identity may insert services.assertion
identity may insert services.contract
identity may insert services.contract_person
identity may insert services.failure
identity may insert services.secret
identity may insert services.service
identity may insert services.subject
identity may insert sign_in.draft
identity may insert upstream.identifier
identity may insert upstream.identifier_type
identity may insert upstream.link
identity may insert upstream.upstream
identity may select calls.nonce
identity may select expiry.held_held_id_seq
identity may select expiry.rule
identity may select expiry.run
identity may select groups.join_request
identity may select groups.log
identity may select groups.membership
identity may select groups.named_group
identity may select mail.letter
identity may select messages.message
identity may select messages.message_message_id_seq
identity may select messages.subscriber
identity may select oidc.sealed
identity may select oidc.session
identity may select oidc.spent
identity may select oidc.telling
identity may select own_data.request
identity may select passkeys.challenge
identity may select passkeys.passkey
identity may select people.email_address
identity may select people.one_time_code
identity may select people.person
identity may select platform.migration
identity may select recovery.code
identity may select recovery.help
identity may select release.delivered
identity may select release.log
identity may select rights.done
identity may select rights.restricted
identity may select sealing.erasure
identity may select sealing.erasure_erasure_id_seq
identity may select sealing.plain
identity may select sealing.plain_plain_id_seq
identity may select services.assertion
identity may select services.contract
identity may select services.contract_person
identity may select services.failure
identity may select services.secret
identity may select services.service
identity may select services.subject
identity may select sign_in.draft
identity may select upstream.identifier
identity may select upstream.identifier_type
identity may select upstream.link
identity may select upstream.upstream
identity may update calls.nonce
identity may update groups.join_request
identity may update groups.membership
identity may update groups.named_group
identity may update mail.letter
identity may update messages.message
identity may update messages.subscriber
identity may update oidc.sealed
identity may update oidc.session
identity may update oidc.spent
identity may update oidc.telling
identity may update own_data.request
identity may update passkeys.challenge
identity may update passkeys.passkey
identity may update people.email_address
identity may update people.one_time_code
identity may update people.person
identity may update recovery.code
identity may update recovery.help
identity may update release.delivered
identity may update rights.done
identity may update rights.restricted
identity may update services.assertion
identity may update services.contract
identity may update services.contract_person
identity may update services.failure
identity may update services.secret
identity may update services.service
identity may update services.subject
identity may update sign_in.draft
identity may update upstream.identifier
identity may update upstream.identifier_type
identity may update upstream.link
identity may update upstream.upstream
identity may usage expiry.held_held_id_seq
identity may usage messages.message_message_id_seq
identity may usage schema calls
identity may usage schema expiry
identity may usage schema groups
identity may usage schema mail
identity may usage schema messages
identity may usage schema oidc
identity may usage schema own_data
identity may usage schema passkeys
identity may usage schema people
identity may usage schema platform
identity may usage schema proofs
identity may usage schema recovery
identity may usage schema release
identity may usage schema rights
identity may usage schema sealing
identity may usage schema services
identity may usage schema sign_in
identity may usage schema upstream
identity may usage sealing.erasure_erasure_id_seq
identity may usage sealing.plain_plain_id_seq
identity_prover may connect this database
identity_prover may execute expiry.prove_holds(timestamp with time zone)
identity_prover may execute expiry.prove_past_deadline(timestamp with time zone)
identity_prover may execute people.prove_unused(timestamp with time zone)
identity_prover may execute proofs.prove_rights(text,text[])
identity_prover may execute proofs.prove_undescribed(text[],text[])
identity_prover may execute sealing.prove_unsealed(text[],text[])
identity_prover may usage schema expiry
identity_prover may usage schema people
identity_prover may usage schema proofs
identity_prover may usage schema sealing
passkeys.passkey has the policy scope for * of everybody
passkeys.passkey has the policy upkeep for * of identity_owner
people.person has the policy scope for * of everybody
people.person has the policy upkeep for * of identity_owner
recovery.code has the policy scope for * of everybody
recovery.code has the policy upkeep for * of identity_owner
release.delivered has the policy scope for * of everybody
release.delivered has the policy upkeep for * of identity_owner
