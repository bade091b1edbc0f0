-- Generated from the live schema by npm run check -- --write. Never edited by hand.

table calls.nonce (
  nonce text not null,
  expires_at timestamp with time zone not null
)
  CREATE INDEX nonce_expired ON calls.nonce USING btree (expires_at)
  constraint nonce_pkey PRIMARY KEY (nonce)
  grants identity delete, insert, select, update

table mail.letter (
  letter_id uuid not null,
  recipient text not null,
  subject text not null,
  body text not null,
  language text not null,
  written_at timestamp with time zone not null,
  for_inbox boolean not null,
  attempts integer not null default 0,
  next_attempt_at timestamp with time zone not null,
  failed_at timestamp with time zone,
  failure text
)
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
  device text not null,
  began_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  passkey_at timestamp with time zone,
  ended_at timestamp with time zone,
  services text[] not null default '{}'::text[]
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
  name text not null,
  created_at timestamp with time zone not null,
  last_used_at timestamp with time zone
)
  constraint passkey_credential_id_check CHECK (((length(credential_id) >= 1) AND (length(credential_id) <= 1023)))
  constraint passkey_credential_id_key UNIQUE (credential_id)
  constraint passkey_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60)))
  constraint passkey_pkey PRIMARY KEY (person_id, passkey_id)
  policy scope using ((person_id = ( SELECT (NULLIF(current_setting('vartio.person_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((person_id = ( SELECT (NULLIF(current_setting('vartio.person_id'::text, true), ''::text))::uuid AS "nullif")))
  row security forced
  grants identity delete, insert, select, update

table people.email_address (
  address text not null,
  person_id uuid not null,
  is_primary boolean not null,
  verified_at timestamp with time zone not null
)
  CREATE INDEX email_address_person ON people.email_address USING btree (person_id)
  CREATE UNIQUE INDEX email_address_one_primary ON people.email_address USING btree (person_id) WHERE is_primary
  constraint email_address_address_check CHECK (((length(address) >= 3) AND (length(address) <= 254)))
  constraint email_address_person_id_fkey FOREIGN KEY (person_id) REFERENCES people.person(person_id) ON DELETE CASCADE
  constraint email_address_pkey PRIMARY KEY (address)
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
  name text not null,
  language text not null,
  theme text not null default 'system'::text,
  created_at timestamp with time zone not null
)
  constraint person_language_check CHECK ((language = ANY (ARRAY['fi'::text, 'en'::text])))
  constraint person_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
  constraint person_pkey PRIMARY KEY (person_id)
  constraint person_theme_check CHECK ((theme = ANY (ARRAY['system'::text, 'light'::text, 'dark'::text])))
  policy scope using ((person_id = ( SELECT (NULLIF(current_setting('vartio.person_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((person_id = ( SELECT (NULLIF(current_setting('vartio.person_id'::text, true), ''::text))::uuid AS "nullif")))
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

table services.service (
  client_id text not null,
  name text not null,
  redirect_uris text[] not null,
  post_logout_redirect_uris text[] not null default '{}'::text[],
  jwks jsonb not null,
  scopes text[] not null,
  is_own boolean not null,
  changed_at timestamp with time zone not null
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
