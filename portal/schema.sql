-- Generated from the live schema by npm run check -- --write. Never edited by hand.

table api_keys.key (
  organization_id uuid not null,
  key_id uuid not null,
  title text not null,
  token_hash bytea not null,
  permissions text[] not null,
  made_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  last_used_at timestamp(3) with time zone,
  role_id uuid
)
  CREATE INDEX key_by_end ON api_keys.key USING btree (expires_at)
  CREATE INDEX key_by_role ON api_keys.key USING btree (organization_id, role_id) WHERE (role_id IS NOT NULL)
  constraint key_check CHECK ((expires_at > made_at))
  constraint key_permissions_check CHECK (((cardinality(permissions) > 0) = (role_id IS NULL)))
  constraint key_pkey PRIMARY KEY (organization_id, key_id)
  constraint key_title_check CHECK (((length(title) >= 1) AND (length(title) <= 80)))
  constraint key_token_hash_check CHECK ((length(token_hash) = 32))
  constraint key_token_hash_key UNIQUE (token_hash)
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table audit.activity (
  organization_id uuid not null,
  at timestamp(3) with time zone not null,
  activity_id uuid not null,
  what text not null,
  target_kind text not null,
  target_id uuid not null
)
  constraint activity_pkey PRIMARY KEY (organization_id, at, activity_id)
  constraint activity_target_kind_check CHECK ((target_kind = ANY (ARRAY['organization'::text, 'person'::text, 'invitation'::text, 'session'::text, 'device'::text, 'detection'::text])))
  policy owner using (true) with check (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal insert, select

table audit.activity_rest (
  organization_id uuid not null,
  at timestamp(3) with time zone not null,
  activity_id uuid not null,
  what text not null,
  target_kind text not null,
  target_id uuid not null
)
  constraint activity_rest_pkey PRIMARY KEY (organization_id, at, activity_id)
  constraint activity_target_kind_check CHECK ((target_kind = ANY (ARRAY['organization'::text, 'person'::text, 'invitation'::text, 'session'::text, 'device'::text, 'detection'::text])))
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced

table audit.record (
  organization_id uuid not null,
  at timestamp(3) with time zone not null,
  audit_id uuid not null,
  actor_kind text not null,
  actor_id uuid,
  actor_name text,
  action text not null,
  target_kind text not null,
  target_id uuid,
  outcome text not null,
  details jsonb not null default '{}'::jsonb,
  sealed bytea
)
  CREATE INDEX record_by_actor ON ONLY audit.record USING btree (actor_id, at DESC, audit_id DESC)
  constraint record_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['person'::text, 'program'::text, 'command'::text, 'key'::text])))
  constraint record_check CHECK (((actor_kind = 'person'::text) = (actor_id IS NOT NULL)))
  constraint record_check1 CHECK (((actor_kind = 'person'::text) = (actor_name IS NULL)))
  constraint record_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text])))
  constraint record_pkey PRIMARY KEY (organization_id, at, audit_id)
  constraint record_target_kind_check CHECK ((target_kind = ANY (ARRAY['organization'::text, 'person'::text, 'invitation'::text, 'session'::text, 'device'::text, 'detection'::text, 'api-key'::text, 'role'::text])))
  policy owner using (true) with check (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal insert, select

table audit.record_rest (
  organization_id uuid not null,
  at timestamp(3) with time zone not null,
  audit_id uuid not null,
  actor_kind text not null,
  actor_id uuid,
  actor_name text,
  action text not null,
  target_kind text not null,
  target_id uuid,
  outcome text not null,
  details jsonb not null default '{}'::jsonb,
  sealed bytea
)
  CREATE INDEX record_rest_actor_id_at_audit_id_idx ON audit.record_rest USING btree (actor_id, at DESC, audit_id DESC)
  constraint record_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['person'::text, 'program'::text, 'command'::text, 'key'::text])))
  constraint record_check CHECK (((actor_kind = 'person'::text) = (actor_id IS NOT NULL)))
  constraint record_check1 CHECK (((actor_kind = 'person'::text) = (actor_name IS NULL)))
  constraint record_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text])))
  constraint record_rest_pkey PRIMARY KEY (organization_id, at, audit_id)
  constraint record_target_kind_check CHECK ((target_kind = ANY (ARRAY['organization'::text, 'person'::text, 'invitation'::text, 'session'::text, 'device'::text, 'detection'::text, 'api-key'::text, 'role'::text])))
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced

table audit.sealed_day (
  log text not null,
  day date not null,
  row_count bigint not null,
  root bytea not null,
  entry_id uuid not null,
  sealed_at timestamp(0) with time zone not null,
  form smallint not null default 2
)
  constraint sealed_day_entry_id_key UNIQUE (entry_id)
  constraint sealed_day_form_check CHECK ((form = ANY (ARRAY[1, 2])))
  constraint sealed_day_log_check CHECK ((log = ANY (ARRAY['record'::text, 'activity'::text])))
  constraint sealed_day_pkey PRIMARY KEY (log, day)
  constraint sealed_day_root_check CHECK ((length(root) = 32))
  constraint sealed_day_row_count_check CHECK ((row_count >= 0))
  grants portal insert, select

table bookkeeping.record (
  record_id uuid not null,
  kind text not null,
  recorded_at timestamp(3) with time zone not null,
  counted_from timestamp(3) with time zone not null,
  sealed bytea not null,
  contact_token bigint
)
  CREATE INDEX record_by_contact ON bookkeeping.record USING btree (contact_token)
  CREATE INDEX record_by_end ON bookkeeping.record USING btree (counted_from)
  CREATE INDEX record_by_time ON bookkeeping.record USING btree (recorded_at, record_id)
  CREATE TRIGGER erase_key AFTER DELETE ON bookkeeping.record FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('record_id')
  constraint record_kind_check CHECK ((kind = ANY (ARRAY['invoice'::text, 'contract'::text, 'payment'::text])))
  constraint record_pkey PRIMARY KEY (record_id)
  grants portal insert, select

table calls.nonce (
  nonce bigint not null,
  expires_at timestamp with time zone not null
)
  constraint nonce_pkey PRIMARY KEY (expires_at, nonce)
  grants portal delete, insert, select, update

table commands.confirmation (
  confirmation_id uuid not null,
  command text not null,
  digest bytea not null,
  scope bytea,
  sealed bytea not null,
  asked_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  state text not null default 'waiting'::text,
  decided_by uuid,
  decided_at timestamp(3) with time zone,
  standing_until timestamp(3) with time zone,
  erase_at timestamp(3) with time zone not null
)
  CREATE INDEX confirmation_decided ON commands.confirmation USING btree (decided_by)
  CREATE INDEX confirmation_scope ON commands.confirmation USING btree (scope) WHERE (standing_until IS NOT NULL)
  CREATE INDEX confirmation_to_erase ON commands.confirmation USING btree (erase_at)
  CREATE TRIGGER erase_key AFTER DELETE ON commands.confirmation FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('confirmation_id')
  constraint confirmation_check CHECK (((standing_until IS NULL) OR (scope IS NOT NULL)))
  constraint confirmation_check1 CHECK (((decided_by IS NULL) = (decided_at IS NULL)))
  constraint confirmation_command_check CHECK ((command = ANY (ARRAY['backup'::text, 'keys backup'::text, 'keys rotate'::text, 'cloud rotate'::text, 'bookkeeping export'::text])))
  constraint confirmation_digest_check CHECK ((length(digest) = 32))
  constraint confirmation_pkey PRIMARY KEY (confirmation_id)
  constraint confirmation_scope_check CHECK ((length(scope) = 32))
  constraint confirmation_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'confirmed'::text, 'used'::text, 'cancelled'::text])))
  grants portal delete, insert, select, update

table company_sign_in.attempt (
  state_hash bytea not null,
  browser_hash bytea not null,
  organization_id uuid not null,
  errand text not null,
  person_check bytea,
  checks text not null,
  expires_at timestamp(3) with time zone not null
)
  CREATE INDEX attempt_by_end ON company_sign_in.attempt USING btree (expires_at)
  constraint attempt_browser_hash_check CHECK ((length(browser_hash) = 32))
  constraint attempt_check CHECK (((errand = 'sign-in'::text) = (person_check IS NULL)))
  constraint attempt_errand_check CHECK ((errand = ANY (ARRAY['sign-in'::text, 'connect'::text, 'try'::text])))
  constraint attempt_person_check_check CHECK ((length(person_check) = 32))
  constraint attempt_pkey PRIMARY KEY (state_hash)
  constraint attempt_state_hash_check CHECK ((length(state_hash) = 32))
  grants portal delete, insert, select, update

table company_sign_in.domain (
  organization_id uuid not null,
  domain text not null,
  challenge text not null,
  answer text not null,
  added_at timestamp(3) with time zone not null,
  asked_at timestamp(3) with time zone,
  seen_at timestamp(3) with time zone,
  proven_at timestamp(3) with time zone,
  lost_at timestamp(3) with time zone
)
  CREATE UNIQUE INDEX domain_proven ON company_sign_in.domain USING btree (domain) WHERE (proven_at IS NOT NULL)
  constraint domain_answer_check CHECK ((answer = ANY (ARRAY['not-asked'::text, 'there'::text, 'missing'::text, 'different'::text, 'unanswered'::text])))
  constraint domain_challenge_check CHECK ((length(challenge) = 43))
  constraint domain_check CHECK (((proven_at IS NULL) OR (seen_at IS NOT NULL)))
  constraint domain_check1 CHECK (((lost_at IS NULL) OR (proven_at IS NOT NULL)))
  constraint domain_domain_check CHECK (((domain ~ '^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$'::text) AND (length(domain) <= 253)))
  constraint domain_pkey PRIMARY KEY (organization_id, domain)
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table company_sign_in.setting (
  organization_id uuid not null,
  mapping jsonb not null,
  changed_at timestamp(3) with time zone not null
)
  constraint setting_pkey PRIMARY KEY (organization_id)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table contracts.owned (
  organization_id uuid not null,
  client_id text not null,
  owned_at timestamp(3) with time zone not null,
  told_at timestamp(3) with time zone,
  reminded_at timestamp(3) with time zone
)
  constraint owned_client_id_check CHECK ((client_id ~ '^[a-z0-9][a-z0-9-]{0,63}$'::text))
  constraint owned_client_id_key UNIQUE (client_id)
  constraint owned_pkey PRIMARY KEY (organization_id, client_id)
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table contracts.proposal (
  organization_id uuid not null,
  client_id text not null,
  proposal_id uuid not null,
  change jsonb,
  sent_at timestamp(3) with time zone not null,
  declined_at timestamp(3) with time zone,
  sealed bytea
)
  CREATE TRIGGER erase_key AFTER DELETE ON contracts.proposal FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('proposal_id', 'organization_id')
  constraint proposal_check CHECK (((declined_at IS NULL) = (sealed IS NULL)))
  constraint proposal_organization_id_client_id_fkey FOREIGN KEY (organization_id, client_id) REFERENCES contracts.owned(organization_id, client_id) ON DELETE CASCADE
  constraint proposal_pkey PRIMARY KEY (organization_id, client_id)
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table declarations.declaration (
  person_id uuid not null,
  declaration_id uuid not null,
  pledge text not null,
  declared_at timestamp(3) with time zone not null,
  until timestamp(3) with time zone not null,
  withdrawn_at timestamp(3) with time zone,
  sealed bytea not null
)
  CREATE INDEX declaration_by_end ON declarations.declaration USING btree (until)
  CREATE INDEX declaration_by_person ON declarations.declaration USING btree (person_id)
  CREATE INDEX declaration_by_pledge ON declarations.declaration USING btree (pledge, declared_at DESC)
  constraint declaration_check CHECK ((until > declared_at))
  constraint declaration_pkey PRIMARY KEY (declaration_id)
  constraint declaration_pledge_check CHECK ((pledge ~ '^[a-z-]{1,60}$'::text))
  grants portal delete, insert, select, update

table detections.assigned (
  organization_id uuid not null,
  detection_id uuid not null,
  person_id uuid not null,
  received_at timestamp(3) with time zone not null
)
  CREATE INDEX assigned_of_person ON detections.assigned USING btree (person_id, organization_id, received_at DESC, detection_id DESC)
  constraint assigned_organization_id_detection_id_fkey FOREIGN KEY (organization_id, detection_id) REFERENCES detections.detection(organization_id, detection_id) ON DELETE CASCADE
  constraint assigned_pkey PRIMARY KEY (organization_id, detection_id)
  policy owner using (true) with check (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table detections.change (
  organization_id uuid not null,
  change_id uuid not null,
  detection_id uuid not null,
  what text not null,
  author_id uuid,
  state_before text,
  state_after text,
  resolution_before text,
  resolution_after text,
  assignee_before uuid,
  assignee_after uuid,
  version integer not null,
  bulk_id uuid,
  is_undo boolean not null default false,
  exclusion_id uuid,
  excluded text,
  excluded_until timestamp(3) with time zone,
  sealed bytea,
  changed_at timestamp(3) with time zone not null
)
  CREATE INDEX change_by_time ON detections.change USING btree (organization_id, changed_at, change_id) WHERE (what <> 'note'::text)
  CREATE INDEX change_of_author ON detections.change USING btree (author_id) WHERE (author_id IS NOT NULL)
  CREATE INDEX change_of_bulk ON detections.change USING btree (organization_id, bulk_id, detection_id) WHERE (bulk_id IS NOT NULL)
  CREATE INDEX change_of_detection ON detections.change USING btree (organization_id, detection_id, changed_at, change_id)
  constraint change_check CHECK (((sealed IS NULL) OR (author_id IS NOT NULL)))
  constraint change_excluded_check CHECK ((excluded = ANY (ARRAY['path'::text, 'sha256'::text, 'rule'::text])))
  constraint change_organization_id_detection_id_fkey FOREIGN KEY (organization_id, detection_id) REFERENCES detections.detection(organization_id, detection_id) ON DELETE CASCADE
  constraint change_pkey PRIMARY KEY (organization_id, change_id)
  constraint change_what_check CHECK ((what = ANY (ARRAY['state'::text, 'assignee'::text, 'note'::text])))
  policy owner using (true) with check (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table detections.daily (
  organization_id uuid not null,
  day timestamp(3) with time zone not null,
  part smallint not null,
  count bigint not null
)
  CREATE INDEX daily_by_age ON detections.daily USING btree (day)
  constraint daily_pkey PRIMARY KEY (organization_id, day, part)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table detections.detection (
  organization_id uuid not null,
  detection_id uuid not null,
  device_id uuid not null,
  kind text not null,
  happened_at timestamp(3) with time zone not null,
  received_at timestamp(3) with time zone not null,
  changed_at timestamp(3) with time zone not null,
  rule text not null,
  rule_set text not null,
  author text,
  licence text,
  source text not null,
  sha256 bytea,
  bytes bigint,
  file_type text,
  files bigint,
  done text not null,
  fate text not null default 'none'::text,
  is_seen_late boolean not null,
  quarantine_id text,
  sealed bytea not null,
  state text not null default 'new'::text,
  resolution text,
  version integer not null default 1,
  severity smallint not null default 
CASE
    WHEN ((done = 'failed'::text) OR ((kind = 'encryptor'::text) AND (done = 'reported'::text))) THEN 5
    WHEN (rule_set = 'vartio-test'::text) THEN 2
    WHEN ((kind = 'encryptor'::text) OR (done = 'reported'::text)) THEN 4
    ELSE 3
END
)
  CREATE INDEX detection_by_arrival ON detections.detection USING btree (organization_id, received_at DESC, detection_id DESC)
  CREATE INDEX detection_by_change ON detections.detection USING btree (organization_id, changed_at DESC, detection_id DESC)
  CREATE INDEX detection_by_state ON detections.detection USING btree (organization_id, state, severity, received_at DESC, detection_id DESC)
  CREATE INDEX detection_of_device ON detections.detection USING btree (organization_id, device_id, received_at DESC, detection_id DESC)
  CREATE INDEX detection_open ON detections.detection USING btree (organization_id, received_at) WHERE ((state <> 'resolved'::text) AND (((done = ANY (ARRAY['reported'::text, 'failed'::text])) AND (fate = 'none'::text)) OR (fate = 'failed'::text)))
  constraint detection_done_check CHECK ((done = ANY (ARRAY['blocked'::text, 'quarantined'::text, 'stopped'::text, 'reported'::text, 'failed'::text])))
  constraint detection_fate_check CHECK ((fate = ANY (ARRAY['none'::text, 'restoring'::text, 'restored'::text, 'deleting'::text, 'deleted'::text, 'failed'::text])))
  constraint detection_kind_check CHECK ((kind = ANY (ARRAY['detection'::text, 'encryptor'::text])))
  constraint detection_pkey PRIMARY KEY (organization_id, detection_id)
  constraint detection_resolution_check CHECK ((resolution = ANY (ARRAY['handled'::text, 'false-positive'::text])))
  constraint detection_sha256_check CHECK ((length(sha256) = 32))
  constraint detection_state_check CHECK ((state = ANY (ARRAY['new'::text, 'investigating'::text, 'resolved'::text])))
  constraint resolution_of_resolved CHECK (((state = 'resolved'::text) = (resolution IS NOT NULL)))
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table detections.spool (
  organization_id uuid not null,
  device_id uuid not null,
  spool_id uuid not null,
  taken bigint not null default 0,
  lost bigint not null default 0,
  unread bigint not null default 0,
  updated_at timestamp(3) with time zone not null
)
  CREATE INDEX spool_by_age ON detections.spool USING btree (updated_at)
  constraint spool_pkey PRIMARY KEY (organization_id, device_id, spool_id)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table detections.step (
  organization_id uuid not null,
  action_id uuid not null,
  detection_id uuid not null,
  kind text not null,
  requested_at timestamp(3) with time zone not null
)
  CREATE INDEX step_by_age ON detections.step USING btree (requested_at)
  CREATE INDEX step_of_detection ON detections.step USING btree (organization_id, detection_id)
  constraint step_kind_check CHECK ((kind = ANY (ARRAY['restore'::text, 'delete'::text])))
  constraint step_organization_id_detection_id_fkey FOREIGN KEY (organization_id, detection_id) REFERENCES detections.detection(organization_id, detection_id) ON DELETE CASCADE
  constraint step_pkey PRIMARY KEY (organization_id, action_id)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table devices.action (
  organization_id uuid not null,
  action_id uuid not null,
  device_id uuid not null,
  kind text not null,
  state text not null,
  why text,
  sealed bytea not null,
  result jsonb,
  requested_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  ended_at timestamp(3) with time zone
)
  CREATE INDEX action_by_age ON devices.action USING btree (requested_at)
  CREATE INDEX action_of_device ON devices.action USING btree (organization_id, device_id, requested_at DESC)
  CREATE INDEX action_open ON devices.action USING btree (organization_id, device_id) WHERE (ended_at IS NULL)
  constraint action_organization_id_device_id_fkey FOREIGN KEY (organization_id, device_id) REFERENCES devices.device(organization_id, device_id) ON DELETE CASCADE
  constraint action_pkey PRIMARY KEY (organization_id, action_id)
  constraint action_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'done'::text, 'failed'::text, 'refused'::text])))
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table devices.bulk (
  organization_id uuid not null,
  bulk_id uuid not null,
  kind text not null,
  label_id uuid,
  state text not null,
  total integer not null,
  done integer not null default 0,
  skipped integer not null default 0,
  undone integer not null default 0,
  sealed bytea not null,
  created_at timestamp(3) with time zone not null,
  ended_at timestamp(3) with time zone
)
  CREATE INDEX bulk_by_age ON devices.bulk USING btree (created_at)
  CREATE TRIGGER erase_key AFTER DELETE ON devices.bulk FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('bulk_id', 'organization_id')
  constraint bulk_kind_check CHECK ((kind = ANY (ARRAY['tag'::text, 'untag'::text, 'group'::text, 'scan'::text, 'update-rules'::text, 'isolate'::text, 'release'::text, 'remove'::text])))
  constraint bulk_pkey PRIMARY KEY (organization_id, bulk_id)
  constraint bulk_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'stopped'::text, 'undoing'::text, 'undone'::text])))
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table devices.bulk_item (
  organization_id uuid not null,
  bulk_id uuid not null,
  device_id uuid not null,
  group_before uuid
)
  CREATE INDEX bulk_item_by_device ON devices.bulk_item USING btree (organization_id, device_id)
  constraint bulk_item_organization_id_bulk_id_fkey FOREIGN KEY (organization_id, bulk_id) REFERENCES devices.bulk(organization_id, bulk_id) ON DELETE CASCADE
  constraint bulk_item_organization_id_device_id_fkey FOREIGN KEY (organization_id, device_id) REFERENCES devices.device(organization_id, device_id) ON DELETE CASCADE
  constraint bulk_item_pkey PRIMARY KEY (organization_id, bulk_id, device_id)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table devices.bulk_waiting (
  organization_id uuid not null,
  bulk_id uuid not null,
  part integer not null,
  devices uuid[] not null
)
  constraint bulk_waiting_organization_id_bulk_id_fkey FOREIGN KEY (organization_id, bulk_id) REFERENCES devices.bulk(organization_id, bulk_id) ON DELETE CASCADE
  constraint bulk_waiting_pkey PRIMARY KEY (organization_id, bulk_id, part)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table devices.code (
  organization_id uuid not null,
  code_id uuid not null,
  token_hash bytea not null,
  uses integer not null,
  used integer not null default 0,
  created_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null
)
  CREATE INDEX code_by_end ON devices.code USING btree (expires_at)
  constraint code_check CHECK (((used >= 0) AND (used <= uses)))
  constraint code_pkey PRIMARY KEY (organization_id, code_id)
  constraint code_token_hash_check CHECK ((length(token_hash) = 32))
  constraint code_token_hash_key UNIQUE (token_hash)
  constraint code_uses_check CHECK ((uses > 0))
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table devices.collected (
  organization_id uuid not null,
  part_id uuid not null,
  device_id uuid not null,
  action_id uuid not null,
  part integer not null,
  sealed bytea not null,
  collected_at timestamp(3) with time zone not null
)
  CREATE INDEX collected_by_age ON devices.collected USING btree (collected_at)
  constraint collected_organization_id_action_id_fkey FOREIGN KEY (organization_id, action_id) REFERENCES devices.action(organization_id, action_id) ON DELETE CASCADE
  constraint collected_organization_id_action_id_part_key UNIQUE (organization_id, action_id, part)
  constraint collected_pkey PRIMARY KEY (organization_id, part_id)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table devices.device (
  organization_id uuid not null,
  device_id uuid not null,
  public_key bytea not null,
  hardware_token bigint not null,
  code_id uuid not null,
  sealed bytea not null,
  language text,
  os jsonb not null,
  agent_version text not null,
  as_root boolean,
  state text not null,
  because jsonb,
  protections jsonb not null default '[]'::jsonb,
  rules jsonb not null default '{"sets": [], "testOnly": false, "updatedAt": null}'::jsonb,
  caches jsonb not null default '{"updatedAt": null, "filterVersion": null}'::jsonb,
  policy_version bigint not null default 0,
  events_waiting bigint not null default 0,
  events_lost bigint not null default 0,
  is_isolated boolean not null default false,
  enrolled_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  last_seen_at timestamp(3) with time zone not null,
  os_name text not null default COALESCE((os ->> 'name'::text), ''::text),
  os_version text not null default COALESCE((os ->> 'version'::text), ''::text),
  has_test_rules boolean not null default COALESCE(((rules ->> 'testOnly'::text))::boolean, false),
  group_id uuid,
  told bigint
)
  CREATE INDEX device_by_agent ON devices.device USING btree (organization_id, agent_version, device_id)
  CREATE INDEX device_by_enrolment ON devices.device USING btree (organization_id, enrolled_at DESC, device_id DESC)
  CREATE INDEX device_by_group ON devices.device USING btree (organization_id, group_id, last_seen_at DESC, device_id DESC) WHERE (group_id IS NOT NULL)
  CREATE INDEX device_by_seen ON devices.device USING btree (organization_id, last_seen_at DESC, device_id DESC)
  CREATE INDEX device_by_state ON devices.device USING btree (organization_id, state, last_seen_at DESC, device_id DESC)
  CREATE INDEX device_by_system ON devices.device USING btree (organization_id, os_name, os_version, device_id)
  CREATE INDEX device_with_losses ON devices.device USING btree (organization_id, events_lost) WHERE (events_lost > 0)
  CREATE INDEX device_with_test_rules ON devices.device USING btree (organization_id, last_seen_at DESC, device_id DESC) WHERE has_test_rules
  CREATE TRIGGER erase_key AFTER DELETE ON devices.device FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('device_id', 'organization_id')
  constraint device_device_id_key UNIQUE (device_id)
  constraint device_language_check CHECK ((language = ANY (ARRAY['fi'::text, 'en'::text])))
  constraint device_organization_id_group_id_fkey FOREIGN KEY (organization_id, group_id) REFERENCES devices.device_group(organization_id, group_id) ON DELETE SET NULL (group_id)
  constraint device_organization_id_hardware_token_key UNIQUE (organization_id, hardware_token)
  constraint device_pkey PRIMARY KEY (organization_id, device_id)
  constraint device_public_key_check CHECK ((length(public_key) = 32))
  policy owner_marks using (true) with check (true)
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table devices.device_group (
  organization_id uuid not null,
  group_id uuid not null,
  sealed bytea not null,
  created_at timestamp(3) with time zone not null,
  removed_at timestamp(3) with time zone
)
  CREATE TRIGGER erase_key AFTER DELETE ON devices.device_group FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('group_id', 'organization_id')
  constraint device_group_pkey PRIMARY KEY (organization_id, group_id)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table devices.tag (
  organization_id uuid not null,
  tag_id uuid not null,
  sealed bytea not null,
  created_at timestamp(3) with time zone not null
)
  CREATE TRIGGER erase_key AFTER DELETE ON devices.tag FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('tag_id', 'organization_id')
  constraint tag_pkey PRIMARY KEY (organization_id, tag_id)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table devices.tagged (
  organization_id uuid not null,
  tag_id uuid not null,
  device_id uuid not null
)
  CREATE INDEX tagged_by_device ON devices.tagged USING btree (organization_id, device_id, tag_id)
  constraint tagged_organization_id_device_id_fkey FOREIGN KEY (organization_id, device_id) REFERENCES devices.device(organization_id, device_id) ON DELETE CASCADE
  constraint tagged_organization_id_tag_id_fkey FOREIGN KEY (organization_id, tag_id) REFERENCES devices.tag(organization_id, tag_id) ON DELETE CASCADE
  constraint tagged_pkey PRIMARY KEY (organization_id, tag_id, device_id)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table devices.view (
  organization_id uuid not null,
  view_id uuid not null,
  person_id uuid not null,
  is_current boolean not null,
  shown jsonb not null,
  sealed bytea not null,
  used_at timestamp(3) with time zone not null
)
  CREATE INDEX view_by_use ON devices.view USING btree (used_at)
  CREATE INDEX view_of_person ON devices.view USING btree (organization_id, person_id, view_id)
  CREATE UNIQUE INDEX view_current ON devices.view USING btree (organization_id, person_id) WHERE is_current
  constraint view_pkey PRIMARY KEY (organization_id, view_id)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

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
  grants portal select

table expiry.run (
  table_name text not null,
  expired_to timestamp with time zone not null
)
  constraint run_pkey PRIMARY KEY (table_name)
  grants portal select

table invitations.invitation (
  organization_id uuid not null,
  invitation_id uuid not null,
  token_hash bytea not null,
  roles text[] not null,
  language text not null,
  invited_by uuid,
  created_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  accepted_at timestamp(3) with time zone,
  withdrawn_at timestamp(3) with time zone,
  sealed bytea not null,
  email_token bigint not null,
  own_roles uuid[] not null default '{}'::uuid[]
)
  CREATE INDEX invitation_by_email ON invitations.invitation USING btree (email_token)
  CREATE INDEX invitation_by_end ON invitations.invitation USING btree (expires_at)
  CREATE INDEX invitation_of_role ON invitations.invitation USING gin (own_roles) WHERE ((accepted_at IS NULL) AND (withdrawn_at IS NULL))
  CREATE TRIGGER erase_key AFTER DELETE ON invitations.invitation FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('invitation_id', 'organization_id')
  CREATE UNIQUE INDEX one_open_invitation ON invitations.invitation USING btree (organization_id, email_token) WHERE ((accepted_at IS NULL) AND (withdrawn_at IS NULL))
  constraint invitation_check CHECK (((accepted_at IS NULL) OR (withdrawn_at IS NULL)))
  constraint invitation_language_check CHECK ((language = ANY (ARRAY['fi'::text, 'en'::text])))
  constraint invitation_pkey PRIMARY KEY (organization_id, invitation_id)
  constraint invitation_some_role CHECK ((((cardinality(roles) + cardinality(own_roles)) >= 1) AND ((cardinality(roles) + cardinality(own_roles)) <= 20)))
  constraint invitation_token_hash_key UNIQUE (token_hash)
  policy owner_deletes using (true)
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

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
  grants portal delete, insert, select, update

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
  grants portal delete, insert, select, update

table messages.subscriber (
  name text not null,
  topic text not null
)
  constraint subscriber_pkey PRIMARY KEY (name)
  grants portal delete, insert, select, update

table officers.list (
  number integer not null,
  text text not null,
  signatures text[] not null default '{}'::text[],
  made_at timestamp(3) with time zone not null,
  agreed_at timestamp(3) with time zone
)
  constraint list_number_check CHECK (((number >= 1) AND (number <= 999999)))
  constraint list_pkey PRIMARY KEY (number)
  constraint list_signatures_check CHECK ((cardinality(signatures) <= 32))
  constraint list_text_check CHECK ((length(text) <= 4096))
  grants portal delete, insert, select, update

table officers.officer (
  officer_name text not null,
  person_id uuid not null,
  signing_key bytea not null,
  opening_key bytea not null,
  made_at timestamp(3) with time zone not null
)
  constraint officer_officer_name_check CHECK ((officer_name ~ '^officer-[0-9a-f]{16}$'::text))
  constraint officer_opening_key_check CHECK ((length(opening_key) = 32))
  constraint officer_person_id_key UNIQUE (person_id)
  constraint officer_pkey PRIMARY KEY (officer_name)
  constraint officer_signing_key_check CHECK ((length(signing_key) = 32))
  grants portal delete, insert, select, update

table organizations.beneath (
  organization_id uuid not null,
  beneath_id uuid not null,
  depth integer not null
)
  CREATE INDEX beneath_by_beneath ON organizations.beneath USING btree (beneath_id)
  constraint beneath_beneath_id_fkey FOREIGN KEY (beneath_id) REFERENCES organizations.organization(organization_id)
  constraint beneath_depth_check CHECK (((depth >= 1) AND (depth <= 10)))
  constraint beneath_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations.organization(organization_id)
  constraint beneath_pkey PRIMARY KEY (organization_id, beneath_id)
  policy owner using (true) with check (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table organizations.controller (
  organization_id uuid not null,
  name text not null,
  business_id text,
  postal_address text not null,
  sealed bytea not null,
  contact_token bigint not null,
  operator_role text not null default 'controller'::text,
  operator_name text
)
  CREATE TRIGGER erase_key AFTER DELETE ON organizations.controller FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('organization_id', 'organization_id')
  constraint controller_operator_name_check CHECK (((length(operator_name) >= 1) AND (length(operator_name) <= 200)))
  constraint controller_operator_role_check CHECK ((operator_role = ANY (ARRAY['controller'::text, 'processor'::text, 'none'::text])))
  constraint controller_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations.organization(organization_id)
  constraint controller_pkey PRIMARY KEY (organization_id)
  constraint operator_has_name CHECK (((operator_role = 'controller'::text) = (operator_name IS NULL)))
  policy owner using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table organizations.organization (
  organization_id uuid not null,
  parent_id uuid,
  name text not null,
  is_provider boolean not null default false,
  is_partner boolean not null default false,
  is_company boolean not null default false,
  has_administrator boolean not null default false,
  created_at timestamp(3) with time zone not null,
  partner_kind text
)
  CREATE INDEX organization_by_parent ON organizations.organization USING btree (parent_id)
  CREATE UNIQUE INDEX one_name_beneath_parent ON organizations.organization USING btree (parent_id, lower(name))
  CREATE UNIQUE INDEX only_one_provider ON organizations.organization USING btree (is_provider) WHERE is_provider
  constraint organization_check CHECK ((is_provider OR is_partner OR is_company))
  constraint organization_check1 CHECK ((is_provider = (parent_id IS NULL)))
  constraint organization_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
  constraint organization_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES organizations.organization(organization_id)
  constraint organization_partner_kind_check CHECK ((partner_kind = ANY (ARRAY['reseller'::text, 'operator'::text, 'web-store'::text])))
  constraint organization_pkey PRIMARY KEY (organization_id)
  constraint partner_has_kind CHECK ((is_partner = (partner_kind IS NOT NULL)))
  policy owner using (true)
  policy owner_removes using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table organizations.outsourcing (
  organization_id uuid not null,
  managing_id uuid not null,
  began_at timestamp(3) with time zone not null,
  activities text[] not null,
  ended_at timestamp(3) with time zone
)
  CREATE INDEX outsourcing_by_managing ON organizations.outsourcing USING btree (managing_id) WHERE (ended_at IS NULL)
  CREATE UNIQUE INDEX one_running_outsourcing ON organizations.outsourcing USING btree (organization_id, managing_id) WHERE (ended_at IS NULL)
  constraint outsourcing_activities_check CHECK (((cardinality(activities) >= 1) AND (cardinality(activities) <= 10)))
  constraint outsourcing_check CHECK ((organization_id <> managing_id))
  constraint outsourcing_check1 CHECK ((ended_at >= began_at))
  constraint outsourcing_managing_id_fkey FOREIGN KEY (managing_id) REFERENCES organizations.organization(organization_id)
  constraint outsourcing_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations.organization(organization_id)
  constraint outsourcing_pkey PRIMARY KEY (organization_id, managing_id, began_at)
  policy owner using (true)
  policy owner_ends using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table organizations.responsibility (
  organization_id uuid not null,
  policy_url text,
  grounds text,
  changed_at timestamp(3) with time zone not null
)
  constraint responsibility_grounds_check CHECK (((length(grounds) >= 1) AND (length(grounds) <= 2000)))
  constraint responsibility_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations.organization(organization_id)
  constraint responsibility_pkey PRIMARY KEY (organization_id)
  constraint responsibility_policy_url_check CHECK (((policy_url ~ '^https://'::text) AND (length(policy_url) <= 500)))
  policy owner using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table overview.standing (
  organization_id uuid not null,
  taken_at timestamp(3) with time zone not null,
  needs jsonb not null,
  devices integer not null,
  protected integer not null,
  detections integer not null
)
  constraint standing_needs_check CHECK ((jsonb_typeof(needs) = 'array'::text))
  constraint standing_pkey PRIMARY KEY (organization_id)
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table people.forgotten (
  subject_hash bytea not null,
  expires_at timestamp(3) with time zone not null
)
  CREATE INDEX forgotten_by_end ON people.forgotten USING btree (expires_at)
  constraint forgotten_pkey PRIMARY KEY (subject_hash)
  constraint forgotten_subject_hash_check CHECK ((length(subject_hash) = 32))
  grants portal delete, insert, select, update

table people.membership (
  organization_id uuid not null,
  person_id uuid not null,
  roles text[] not null,
  joined_at timestamp(3) with time zone not null,
  last_seen_at timestamp(3) with time zone,
  own_roles uuid[] not null default '{}'::uuid[]
)
  CREATE INDEX membership_by_own_role ON people.membership USING gin (own_roles) WHERE (own_roles <> '{}'::uuid[])
  CREATE INDEX membership_by_person ON people.membership USING btree (person_id)
  constraint membership_person_id_fkey FOREIGN KEY (person_id) REFERENCES people.person(person_id)
  constraint membership_pkey PRIMARY KEY (organization_id, person_id)
  constraint membership_roles_check CHECK (((((cardinality(roles) + cardinality(own_roles)) >= 1) AND ((cardinality(roles) + cardinality(own_roles)) <= 20)) AND (roles <@ ARRAY['administrator'::text, 'privacy_officer'::text, 'viewer'::text])))
  policy owner using (true) with check (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table people.person (
  person_id uuid not null,
  subject text not null,
  language text not null,
  theme text not null default 'system'::text,
  created_at timestamp(3) with time zone not null,
  erase_at timestamp(3) with time zone,
  sealed bytea not null,
  email_token bigint not null
)
  CREATE INDEX person_by_email ON people.person USING btree (email_token)
  CREATE INDEX person_to_erase ON people.person USING btree (erase_at) WHERE (erase_at IS NOT NULL)
  CREATE TRIGGER erase_key AFTER DELETE ON people.person FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('person_id')
  constraint person_language_check CHECK ((language = ANY (ARRAY['fi'::text, 'en'::text])))
  constraint person_pkey PRIMARY KEY (person_id)
  constraint person_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 255)))
  constraint person_subject_key UNIQUE (subject)
  constraint person_theme_check CHECK ((theme = ANY (ARRAY['system'::text, 'light'::text, 'dark'::text])))
  policy owner using (true) with check (true)
  policy scope using ((person_id = ( SELECT (NULLIF(current_setting('vartio.person_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((person_id = ( SELECT (NULLIF(current_setting('vartio.person_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table people.role (
  organization_id uuid not null,
  role_id uuid not null,
  name text not null,
  permissions text[] not null,
  changed_at timestamp(3) with time zone not null
)
  CREATE UNIQUE INDEX one_role_of_a_name ON people.role USING btree (organization_id, lower(name))
  constraint role_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60)))
  constraint role_permissions_check CHECK (((cardinality(permissions) >= 1) AND (cardinality(permissions) <= 60)))
  constraint role_pkey PRIMARY KEY (organization_id, role_id)
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table platform.migration (
  area text not null,
  name text not null,
  sha256 text not null,
  ran_at timestamp with time zone not null default now()
)
  constraint migration_pkey PRIMARY KEY (area, name)
  grants portal select

table policies.change (
  organization_id uuid not null,
  change_id uuid not null,
  scope_id uuid not null,
  version integer not null,
  what text not null,
  settings jsonb not null,
  locked text[] not null,
  restored integer,
  exclusion_id uuid,
  audit_id uuid,
  sealed bytea,
  changed_at timestamp(3) with time zone not null
)
  CREATE INDEX change_by_age ON policies.change USING btree (changed_at)
  CREATE TRIGGER erase_key AFTER DELETE ON policies.change FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('change_id', 'organization_id')
  constraint change_organization_id_scope_id_version_key UNIQUE (organization_id, scope_id, version)
  constraint change_pkey PRIMARY KEY (organization_id, change_id)
  constraint change_what_check CHECK ((what = ANY (ARRAY['changed'::text, 'restored'::text, 'pushed'::text, 'exclusion-added'::text, 'exclusion-ended'::text, 'carried-over'::text])))
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table policies.exclusion (
  organization_id uuid not null,
  exclusion_id uuid not null,
  kind text not null,
  sealed bytea not null,
  created_at timestamp(3) with time zone not null,
  until timestamp(3) with time zone not null,
  scope_id uuid not null
)
  CREATE INDEX exclusion_by_end ON policies.exclusion USING btree (until)
  CREATE INDEX exclusion_of_level ON policies.exclusion USING btree (organization_id, scope_id)
  CREATE TRIGGER erase_key AFTER DELETE ON policies.exclusion FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('exclusion_id', 'organization_id')
  constraint exclusion_kind_check CHECK ((kind = ANY (ARRAY['path'::text, 'sha256'::text, 'rule'::text])))
  constraint exclusion_pkey PRIMARY KEY (organization_id, exclusion_id)
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table policies.level (
  organization_id uuid not null,
  version integer not null,
  settings jsonb not null,
  changed_at timestamp(3) with time zone not null,
  scope_id uuid not null,
  kind text not null,
  locked text[] not null default '{}'::text[]
)
  constraint level_kind_check CHECK ((kind = ANY (ARRAY['organization'::text, 'group'::text, 'device'::text])))
  constraint level_pkey PRIMARY KEY (organization_id, scope_id)
  constraint level_version_check CHECK ((version > 0))
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table receivers.delivery (
  organization_id uuid not null,
  receiver_id uuid not null,
  delivery_id uuid not null,
  event text not null,
  about_id uuid not null,
  happened_at timestamp(3) with time zone not null,
  sent_at timestamp(3) with time zone,
  made_at timestamp(3) with time zone not null,
  severity smallint,
  is_stopped boolean,
  is_held boolean not null default false,
  is_late boolean not null default false,
  refusals smallint not null default 0,
  answer smallint,
  set_aside_at timestamp(3) with time zone
)
  CREATE INDEX delivery_by_age ON receivers.delivery USING btree (made_at)
  CREATE INDEX delivery_set_aside ON receivers.delivery USING btree (organization_id, receiver_id, set_aside_at) WHERE (set_aside_at IS NOT NULL)
  CREATE INDEX delivery_waiting ON receivers.delivery USING btree (organization_id, receiver_id, happened_at, delivery_id) WHERE ((sent_at IS NULL) AND (set_aside_at IS NULL))
  constraint delivery_organization_id_receiver_id_event_about_id_happene_key UNIQUE (organization_id, receiver_id, event, about_id, happened_at)
  constraint delivery_organization_id_receiver_id_fkey FOREIGN KEY (organization_id, receiver_id) REFERENCES receivers.receiver(organization_id, receiver_id) ON DELETE CASCADE
  constraint delivery_pkey PRIMARY KEY (organization_id, delivery_id)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table receivers.quiet (
  organization_id uuid not null,
  zone text not null,
  spans jsonb not null,
  urgent text not null
)
  constraint quiet_pkey PRIMARY KEY (organization_id)
  constraint quiet_urgent_check CHECK ((urgent = ANY (ARRAY['not-stopped'::text, 'critical'::text, 'high'::text, 'medium'::text])))
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table receivers.receiver (
  organization_id uuid not null,
  receiver_id uuid not null,
  title text not null,
  kind text not null,
  events text[] not null,
  language text not null,
  has_names boolean not null,
  certificate text,
  state text not null default 'on'::text,
  seen_until timestamp(3) with time zone not null,
  failing_since timestamp(3) with time zone,
  failure text,
  attempts integer not null default 0,
  try_at timestamp(3) with time zone,
  delivered_at timestamp(3) with time zone,
  made_at timestamp(3) with time zone not null,
  sealed bytea not null,
  keeps_quiet boolean not null default false
)
  CREATE INDEX receiver_on ON receivers.receiver USING btree (organization_id) WHERE (state = 'on'::text)
  CREATE TRIGGER erase_key AFTER DELETE ON receivers.receiver FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('receiver_id', 'organization_id')
  constraint receiver_events_check CHECK ((cardinality(events) > 0))
  constraint receiver_kind_check CHECK ((kind = ANY (ARRAY['json'::text, 'slack'::text, 'teams'::text, 'mattermost'::text, 'ocsf'::text, 'syslog'::text])))
  constraint receiver_language_check CHECK ((language = ANY (ARRAY['fi'::text, 'en'::text])))
  constraint receiver_pkey PRIMARY KEY (organization_id, receiver_id)
  constraint receiver_state_check CHECK ((state = ANY (ARRAY['on'::text, 'paused'::text])))
  constraint receiver_title_check CHECK (((length(title) >= 1) AND (length(title) <= 80)))
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table removals.removal (
  organization_id uuid not null,
  decider_id uuid not null,
  state text not null,
  cause text not null,
  asked_at timestamp(3) with time zone,
  decide_by timestamp(3) with time zone,
  because text,
  noticed_at timestamp(3) with time zone,
  due_at timestamp(3) with time zone,
  before jsonb not null default '[]'::jsonb
)
  CREATE INDEX removal_by_day ON removals.removal USING btree (due_at) WHERE (due_at IS NOT NULL)
  constraint removal_because_check CHECK ((because = ANY (ARRAY['agreement_runs'::text, 'not_entitled'::text, 'wrong_company'::text])))
  constraint removal_cause_check CHECK ((cause = ANY (ARRAY['asked'::text, 'notice'::text, 'ended'::text])))
  constraint removal_check CHECK (((state = ANY (ARRAY['noticed'::text, 'removing'::text])) = (due_at IS NOT NULL)))
  constraint removal_check1 CHECK (((state = 'declined'::text) = (because IS NOT NULL)))
  constraint removal_pkey PRIMARY KEY (organization_id)
  constraint removal_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'declined'::text, 'noticed'::text, 'removing'::text])))
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table reports.edition (
  organization_id uuid not null,
  edition_id uuid not null,
  report_id uuid not null,
  parts text[] not null,
  period text not null,
  from_at timestamp(3) with time zone not null,
  until_at timestamp(3) with time zone not null,
  time_zone text not null,
  is_asked boolean not null,
  figures jsonb not null,
  needs jsonb not null,
  sent integer not null,
  withheld integer not null,
  made_at timestamp(3) with time zone not null
)
  CREATE INDEX edition_by_age ON reports.edition USING btree (made_at)
  CREATE INDEX edition_by_making ON reports.edition USING btree (organization_id, made_at DESC, edition_id DESC)
  CREATE UNIQUE INDEX edition_once ON reports.edition USING btree (organization_id, report_id, period, from_at) WHERE (NOT is_asked)
  constraint edition_check CHECK ((until_at > from_at))
  constraint edition_figures_check CHECK ((jsonb_typeof(figures) = 'array'::text))
  constraint edition_needs_check CHECK ((jsonb_typeof(needs) = 'array'::text))
  constraint edition_period_check CHECK ((period = ANY (ARRAY['week'::text, 'month'::text])))
  constraint edition_pkey PRIMARY KEY (organization_id, edition_id)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table reports.recipient (
  organization_id uuid not null,
  report_id uuid not null,
  person_id uuid not null
)
  CREATE INDEX recipient_by_person ON reports.recipient USING btree (person_id)
  constraint recipient_organization_id_report_id_fkey FOREIGN KEY (organization_id, report_id) REFERENCES reports.report(organization_id, report_id) ON DELETE CASCADE
  constraint recipient_pkey PRIMARY KEY (organization_id, report_id, person_id)
  policy owner_deletes using (true)
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table reports.report (
  organization_id uuid not null,
  report_id uuid not null,
  parts text[] not null,
  period text not null,
  on_day integer not null,
  at_hour integer not null,
  time_zone text not null,
  has_names boolean not null,
  is_on boolean not null,
  next_at timestamp(3) with time zone not null,
  created_at timestamp(3) with time zone not null,
  changed_at timestamp(3) with time zone not null
)
  CREATE INDEX report_by_next ON reports.report USING btree (next_at) WHERE is_on
  constraint report_at_hour_check CHECK (((at_hour >= 0) AND (at_hour <= 23)))
  constraint report_check CHECK ((((on_day >= 1) AND (on_day <= 28)) AND ((period = 'month'::text) OR (on_day <= 7))))
  constraint report_parts_check CHECK ((cardinality(parts) > 0))
  constraint report_period_check CHECK ((period = ANY (ARRAY['week'::text, 'month'::text])))
  constraint report_pkey PRIMARY KEY (organization_id, report_id)
  constraint report_time_zone_check CHECK (((length(time_zone) >= 1) AND (length(time_zone) <= 60)))
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table rights.done (
  request_id uuid not null,
  answer jsonb not null,
  key_owner uuid,
  expires_at timestamp(3) with time zone not null
)
  CREATE INDEX done_by_end ON rights.done USING btree (expires_at)
  constraint done_pkey PRIMARY KEY (request_id)
  grants portal delete, insert, select, update

table rights.restricted (
  subject uuid not null,
  request_id uuid not null,
  since timestamp(3) with time zone not null,
  ends_at timestamp(3) with time zone
)
  CREATE TRIGGER follow_restriction AFTER INSERT OR DELETE OR UPDATE ON rights.restricted FOR EACH ROW EXECUTE FUNCTION expiry.follow_restriction()
  constraint restricted_pkey PRIMARY KEY (subject)
  grants portal delete, insert, select, update

table rule_sets.own_part (
  organization_id uuid not null,
  set_id uuid not null,
  sha256 text not null,
  content bytea not null
)
  constraint own_part_content_check CHECK (((length(content) >= 1) AND (length(content) <= 2097152)))
  constraint own_part_organization_id_set_id_fkey FOREIGN KEY (organization_id, set_id) REFERENCES rule_sets.own_set(organization_id, set_id) ON DELETE CASCADE
  constraint own_part_pkey PRIMARY KEY (organization_id, set_id, sha256)
  constraint own_part_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table rule_sets.own_set (
  organization_id uuid not null,
  set_id uuid not null,
  name text not null,
  title text not null,
  is_used boolean not null default true,
  state text not null,
  why text,
  step text,
  done integer not null default 0,
  out_of integer not null default 0,
  asked_at timestamp(3) with time zone not null,
  content bytea not null,
  version bigint not null default 0,
  edition integer not null default 0,
  rules integer not null default 0,
  note text,
  skipped jsonb not null default '[]'::jsonb,
  skipped_count integer not null default 0,
  tried jsonb,
  made_at timestamp(3) with time zone
)
  CREATE INDEX own_set_being_made ON rule_sets.own_set USING btree (asked_at) WHERE (state = 'making'::text)
  constraint own_set_content_check CHECK (((length(content) >= 1) AND (length(content) <= 1048576)))
  constraint own_set_name_check CHECK ((name ~ '^company([.-][a-z0-9]{1,30}){1,3}$'::text))
  constraint own_set_organization_id_name_key UNIQUE (organization_id, name)
  constraint own_set_pkey PRIMARY KEY (organization_id, set_id)
  constraint own_set_state_check CHECK ((state = ANY (ARRAY['making'::text, 'ready'::text, 'failed'::text])))
  constraint own_set_title_check CHECK ((length(title) <= 120))
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table rule_sets.part (
  name text not null,
  sha256 text not null,
  content bytea not null
)
  constraint part_content_check CHECK (((length(content) >= 1) AND (length(content) <= 2097152)))
  constraint part_name_fkey FOREIGN KEY (name) REFERENCES rule_sets.rule_set(name) ON DELETE CASCADE
  constraint part_pkey PRIMARY KEY (name, sha256)
  constraint part_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
  grants portal delete, insert, select, update

table rule_sets.rule_set (
  name text not null,
  title text not null,
  licence text not null,
  author text,
  address text,
  pinned_sha256 text,
  is_used boolean not null default false,
  is_real_time boolean not null default true,
  state text not null,
  why text,
  step text,
  done integer not null default 0,
  out_of integer not null default 0,
  asked_at timestamp(3) with time zone not null,
  looked_at timestamp(3) with time zone,
  etag text,
  source_sha256 text,
  source_bytes integer not null default 0,
  version bigint not null default 0,
  rules integer not null default 0,
  note text,
  skipped jsonb not null default '[]'::jsonb,
  skipped_count integer not null default 0,
  tried jsonb,
  made_at timestamp(3) with time zone
)
  constraint rule_set_address_check CHECK ((length(address) <= 1000))
  constraint rule_set_author_check CHECK ((length(author) <= 200))
  constraint rule_set_licence_check CHECK ((length(licence) <= 100))
  constraint rule_set_name_check CHECK ((name ~ '^[a-z][a-z0-9]{0,30}([._-][a-z0-9]{1,30}){0,3}$'::text))
  constraint rule_set_pinned_sha256_check CHECK ((pinned_sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint rule_set_pkey PRIMARY KEY (name)
  constraint rule_set_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'fetching'::text, 'making'::text, 'ready'::text, 'failed'::text])))
  constraint rule_set_title_check CHECK ((length(title) <= 120))
  grants portal delete, insert, select, update

table rule_sets.source_piece (
  name text not null,
  number integer not null,
  content bytea not null
)
  constraint source_piece_content_check CHECK (((length(content) >= 1) AND (length(content) <= 1048576)))
  constraint source_piece_name_fkey FOREIGN KEY (name) REFERENCES rule_sets.rule_set(name) ON DELETE CASCADE
  constraint source_piece_number_check CHECK (((number >= 0) AND (number <= 127)))
  constraint source_piece_pkey PRIMARY KEY (name, number)
  grants portal delete, insert, select, update

table sealing.erasure (
  erasure_id bigint not null,
  of_table text not null,
  owner_id uuid not null,
  scope_id uuid,
  owner_column text not null
)
  constraint erasure_pkey PRIMARY KEY (erasure_id)
  grants portal delete, select

table sealing.plain (
  plain_id bigint not null,
  of_table text not null,
  place jsonb not null,
  fields jsonb not null
)
  CREATE INDEX plain_of_table ON sealing.plain USING btree (of_table, plain_id)
  constraint plain_pkey PRIMARY KEY (plain_id)
  grants portal delete, select

table sessions.attempt (
  state_hash bytea not null,
  browser_hash bytea not null,
  nonce text not null,
  code_verifier text not null,
  purpose text not null,
  expires_at timestamp(3) with time zone not null,
  return_to text not null default '/'::text,
  person_check bytea
)
  CREATE INDEX attempt_by_end ON sessions.attempt USING btree (expires_at)
  constraint attempt_check CHECK (((purpose = 'confirm'::text) = (person_check IS NOT NULL)))
  constraint attempt_person_check_check CHECK ((length(person_check) = 32))
  constraint attempt_pkey PRIMARY KEY (state_hash)
  constraint attempt_purpose_check CHECK ((purpose = ANY (ARRAY['ordinary'::text, 'set-up'::text, 'invitation'::text, 'confirm'::text])))
  constraint attempt_return_to_check CHECK ((return_to ~ '^/([a-z-]{1,40}(/[a-z-]{1,40}){0,3})?([?]organization=[0-9a-f-]{36})?$'::text))
  grants portal delete, insert, select, update

table sessions.session (
  token_hash bytea not null,
  session_id uuid not null,
  person_id uuid not null,
  signed_in_at timestamp(3) with time zone not null,
  ends_at timestamp(3) with time zone not null,
  last_seen_at timestamp(3) with time zone not null,
  only_in uuid
)
  CREATE INDEX session_by_end ON sessions.session USING btree (ends_at)
  CREATE INDEX session_by_person ON sessions.session USING btree (person_id)
  constraint session_check CHECK ((ends_at <= (signed_in_at + '08:00:00'::interval)))
  constraint session_pkey PRIMARY KEY (token_hash)
  constraint session_session_id_key UNIQUE (session_id)
  grants portal delete, insert, select, update

table set_up.draft (
  draft_hash bytea not null,
  person_id uuid,
  began_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  draft_id uuid not null,
  sealed bytea not null
)
  CREATE INDEX draft_by_end ON set_up.draft USING btree (expires_at)
  CREATE TRIGGER erase_key AFTER DELETE ON set_up.draft FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('draft_id')
  constraint draft_draft_id_key UNIQUE (draft_id)
  constraint draft_pkey PRIMARY KEY (draft_hash)
  grants portal delete, insert, select, update

table standards.applied (
  organization_id uuid not null,
  applied_id uuid not null,
  managing_id uuid not null,
  standard_id uuid not null,
  version integer not null,
  level_version integer not null,
  settings jsonb not null,
  locked text[] not null,
  sealed bytea not null,
  applied_at timestamp(3) with time zone not null
)
  CREATE TRIGGER erase_key AFTER DELETE ON standards.applied FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('applied_id', 'organization_id')
  constraint applied_pkey PRIMARY KEY (organization_id, applied_id)
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table standards.push (
  organization_id uuid not null,
  push_id uuid not null,
  standard_id uuid not null,
  version integer not null,
  state text not null,
  total integer not null,
  done integer not null default 0,
  skipped integer not null default 0,
  undone integer not null default 0,
  asked_by uuid,
  sealed bytea,
  created_at timestamp(3) with time zone not null,
  ended_at timestamp(3) with time zone
)
  CREATE INDEX push_by_age ON standards.push USING btree (created_at)
  CREATE INDEX push_of_standard ON standards.push USING btree (organization_id, standard_id)
  CREATE TRIGGER erase_key AFTER DELETE ON standards.push FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('push_id', 'organization_id')
  constraint push_organization_id_standard_id_fkey FOREIGN KEY (organization_id, standard_id) REFERENCES standards.standard(organization_id, standard_id) ON DELETE CASCADE
  constraint push_pkey PRIMARY KEY (organization_id, push_id)
  constraint push_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'stopped'::text, 'undoing'::text, 'undone'::text])))
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table standards.push_item (
  organization_id uuid not null,
  push_id uuid not null,
  company_id uuid not null,
  state text not null default 'waiting'::text,
  why text,
  applied_id uuid,
  level_version integer,
  version_before integer
)
  CREATE INDEX push_item_by_state ON standards.push_item USING btree (organization_id, push_id, state, company_id)
  constraint push_item_organization_id_push_id_fkey FOREIGN KEY (organization_id, push_id) REFERENCES standards.push(organization_id, push_id) ON DELETE CASCADE
  constraint push_item_pkey PRIMARY KEY (organization_id, push_id, company_id)
  constraint push_item_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'done'::text, 'skipped'::text, 'undone'::text, 'kept'::text])))
  constraint push_item_why_check CHECK ((why = ANY (ARRAY['ended'::text, 'not-allowed'::text, 'changed'::text])))
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table standards.standard (
  organization_id uuid not null,
  standard_id uuid not null,
  version integer not null,
  sealed bytea not null,
  created_at timestamp(3) with time zone not null,
  changed_at timestamp(3) with time zone not null
)
  CREATE TRIGGER erase_key AFTER DELETE ON standards.standard FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('standard_id', 'organization_id')
  constraint standard_pkey PRIMARY KEY (organization_id, standard_id)
  constraint standard_version_check CHECK ((version > 0))
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table standards.version (
  organization_id uuid not null,
  version_id uuid not null,
  standard_id uuid not null,
  version integer not null,
  settings jsonb not null,
  locked text[] not null,
  audit_id uuid not null,
  sealed bytea,
  made_at timestamp(3) with time zone not null
)
  CREATE TRIGGER erase_key AFTER DELETE ON standards.version FOR EACH ROW EXECUTE FUNCTION sealing.erase_key('version_id', 'organization_id')
  constraint version_organization_id_standard_id_fkey FOREIGN KEY (organization_id, standard_id) REFERENCES standards.standard(organization_id, standard_id) ON DELETE CASCADE
  constraint version_organization_id_standard_id_version_key UNIQUE (organization_id, standard_id, version)
  constraint version_pkey PRIMARY KEY (organization_id, version_id)
  constraint version_version_check CHECK ((version > 0))
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table subscriptions.month (
  organization_id uuid not null,
  module text not null,
  month date not null,
  devices integer not null
)
  constraint month_devices_check CHECK ((devices >= 0))
  constraint month_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric))
  constraint month_pkey PRIMARY KEY (organization_id, module, month)
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table subscriptions.subscription (
  organization_id uuid not null,
  module text not null,
  subscription_key uuid not null,
  seats integer,
  begins_at timestamp(3) with time zone not null,
  ends_at timestamp(3) with time zone,
  sold_by uuid not null,
  changed_at timestamp(3) with time zone not null
)
  constraint subscription_check CHECK ((ends_at >= begins_at))
  constraint subscription_module_check CHECK ((module = 'endpoint-protection'::text))
  constraint subscription_pkey PRIMARY KEY (organization_id, module)
  constraint subscription_seats_check CHECK (((seats >= 1) AND (seats <= 10000000)))
  policy owner_reads using (true)
  policy scope using ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((organization_id = ( SELECT (NULLIF(current_setting('vartio.organization_id'::text, true), ''::text))::uuid AS "nullif")))
  policy upkeep using ((( SELECT current_setting('vartio.upkeep'::text, true) AS current_setting) = 'on'::text))
  row security forced
  grants portal delete, insert, select, update

table technical_log.look (
  person_id uuid not null,
  look_id uuid not null,
  at timestamp(3) with time zone not null,
  ground text not null,
  begins timestamp(3) with time zone not null,
  ends timestamp(3) with time zone not null,
  contract_id uuid,
  sealed bytea not null
)
  CREATE INDEX look_by_person ON technical_log.look USING btree (person_id)
  CREATE INDEX look_by_time ON technical_log.look USING btree (at DESC)
  constraint look_check CHECK ((ends > begins))
  constraint look_ground_check CHECK ((ground = ANY (ARRAY['fault'::text, 'misuse'::text, 'review'::text, 'authority'::text])))
  constraint look_pkey PRIMARY KEY (look_id)
  grants portal delete, insert, select, update

CREATE OR REPLACE FUNCTION api_keys.find(hash bytea)
 RETURNS TABLE(organization_id uuid, key_id uuid, permissions text[], role_id uuid, expires_at timestamp with time zone, last_used_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select k.organization_id, k.key_id, k.permissions, k.role_id, k.expires_at, k.last_used_at from api_keys.key k where k.token_hash = hash
$function$

CREATE OR REPLACE FUNCTION api_keys.names_of(ids uuid[])
 RETURNS TABLE(key_id uuid, title text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select k.key_id, k.title from api_keys.key k where k.key_id = any (ids)
$function$

CREATE OR REPLACE FUNCTION audit.activity_rows(skip integer, most integer)
 RETURNS SETOF audit.activity
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select a.* from audit.activity a
  where a.target_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
  order by a.at, a.activity_id offset skip limit most
$function$

CREATE OR REPLACE FUNCTION audit.carry_origin(of_organization uuid, of_at timestamp with time zone, of_id uuid, origin bytea)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  update audit.record set sealed = origin where organization_id = of_organization and at = of_at and audit_id = of_id and sealed = '\x'
$function$

CREATE OR REPLACE FUNCTION audit.count_activities()
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select count(*)::int from audit.activity a
  where a.target_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
$function$

CREATE OR REPLACE FUNCTION audit.count_records()
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select count(*)::int from audit.record r
  where nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid in (r.actor_id, r.target_id)
$function$

CREATE OR REPLACE FUNCTION audit.days_to_seal(now timestamp with time zone, most integer)
 RETURNS TABLE(log text, day date)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select l.log, d::date from (
    select 'record' as log, coalesce((select max(s.day) + 1 from audit.sealed_day s where s.log = 'record'),
      (select min(at at time zone 'UTC')::date from audit.record)) as first
    union all
    select 'activity', coalesce((select max(s.day) + 1 from audit.sealed_day s where s.log = 'activity'),
      (select min(at at time zone 'UTC')::date from audit.activity))
  ) l, generate_series(l.first, ((now - interval '30 minutes') at time zone 'UTC')::date - 1, interval '1 day') as d
  order by d, l.log limit most
$function$

CREATE OR REPLACE FUNCTION audit.hash_day(of_log text, of_day date)
 RETURNS SETOF bytea
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  first timestamptz := of_day::timestamp at time zone 'UTC';
  last timestamptz := (of_day + 1)::timestamp at time zone 'UTC';
  form constant text := 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';
begin
  if of_log = 'record' then
    return query select sha256('\x00'::bytea || audit.row_bytes(array[
        organization_id::text, to_char(at at time zone 'UTC', form), audit_id::text, actor_kind, actor_id::text, actor_name, action,
        target_kind, target_id::text, encode(sealed, 'hex'), outcome, details::text]))
      from audit.record where at >= first and at < last order by organization_id, at, audit_id;
  elsif of_log = 'activity' then
    return query select sha256('\x00'::bytea || audit.row_bytes(array[
        organization_id::text, to_char(at at time zone 'UTC', form), activity_id::text, what, target_kind, target_id::text]))
      from audit.activity where at >= first and at < last order by organization_id, at, activity_id;
  end if;
end
$function$

CREATE OR REPLACE FUNCTION audit.list_own(before_at timestamp with time zone, before_id uuid, most integer)
 RETURNS SETOF audit.record
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select * from audit.record
  where actor_id = (select nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid)
    and (before_at is null or (at, audit_id) < (before_at, before_id))
  order by at desc, audit_id desc limit most
$function$

CREATE OR REPLACE FUNCTION audit.prove_activities(now timestamp with time zone)
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select count(*) from audit.activity where at < now - interval '1 year'
$function$

CREATE OR REPLACE FUNCTION audit.prove_records(now timestamp with time zone)
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select count(*) from audit.record where at < now - interval '3 years'
$function$

CREATE OR REPLACE FUNCTION audit.prove_unsealed(now timestamp with time zone)
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select count(*) from audit.days_to_seal(now - interval '2 hours', 400)
$function$

CREATE OR REPLACE FUNCTION audit.record_rows(skip integer, most integer)
 RETURNS SETOF audit.record
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with me as (select nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid as id)
  select r.organization_id, r.at, r.audit_id, r.actor_kind, case when mine then r.actor_id end,
    r.actor_name, r.action, r.target_kind, r.target_id, r.outcome, r.details, case when mine then r.sealed end
  from me, audit.record r, lateral (select coalesce(r.actor_id = me.id, false) as mine) m
  where r.actor_id = me.id or r.target_id = me.id
  order by r.at, r.audit_id offset skip limit most
$function$

CREATE OR REPLACE FUNCTION audit.row_bytes(fields text[])
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select string_agg(
    case when field is null then '\xffffffff'::bytea
      else int4send(length(convert_to(field, 'UTF8'))) || convert_to(field, 'UTF8') end, ''::bytea order by place)
  from unnest(fields) with ordinality as f (field, place)
$function$

CREATE OR REPLACE FUNCTION audit.seal_again(of_day date, rows bigint, new_root bytea, new_entry uuid, at timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update audit.sealed_day set row_count = rows, root = new_root, entry_id = new_entry, sealed_at = at, form = 2
  where log = 'record' and day = of_day and form = 1;
  return found;
end
$function$

CREATE OR REPLACE FUNCTION company_sign_in.due_domains(weekly timestamp with time zone, daily timestamp with time zone, most integer)
 RETURNS TABLE(organization_id uuid, domain text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select d.organization_id, d.domain from company_sign_in.domain d
  where d.proven_at is not null and d.asked_at < case when d.answer = 'there' then weekly else daily end
  order by d.asked_at limit most
$function$

CREATE OR REPLACE FUNCTION company_sign_in.led_by(asked text)
 RETURNS TABLE(organization_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select d.organization_id from company_sign_in.domain d where d.domain = asked and d.proven_at is not null
$function$

CREATE OR REPLACE FUNCTION contracts.count_waiting()
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select pg_catalog.count(*)::int from contracts.proposal p where p.declined_at is null
$function$

CREATE OR REPLACE FUNCTION contracts.list_owned(client_ids text[])
 RETURNS TABLE(organization_id uuid, client_id text, proposal_id uuid, is_change boolean, sent_at timestamp with time zone, declined_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select o.organization_id, o.client_id, p.proposal_id, p.change is not null, p.sent_at, p.declined_at
  from contracts.owned o left join contracts.proposal p on p.organization_id = o.organization_id and p.client_id = o.client_id
  where o.client_id = any (client_ids)
$function$

CREATE OR REPLACE FUNCTION detections.count_own()
 RETURNS TABLE(assigned integer, changes integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with me as (select nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid as id)
  select (select count(*)::int from detections.assigned a join me on a.person_id = me.id),
    (select count(*)::int from detections.change c join me on c.author_id = me.id)
$function$

CREATE OR REPLACE FUNCTION detections.forget_own()
 RETURNS TABLE(assigned integer, changes integer)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with me as (select nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid as id),
  unassigned as (delete from detections.assigned a using me where a.person_id = me.id returning 1),
  unwritten as (delete from detections.change c using me where c.author_id = me.id and c.what = 'note' returning 1),
  unnamed as (update detections.change c set author_id = null, sealed = null from me where c.author_id = me.id and c.what <> 'note' returning 1)
  select (select count(*)::int from unassigned), (select count(*)::int from unwritten) + (select count(*)::int from unnamed)
$function$

CREATE OR REPLACE FUNCTION detections.names_of(ids uuid[])
 RETURNS TABLE(detection_id uuid, rule text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select d.detection_id, d.rule from detections.detection d where d.detection_id = any (ids)
$function$

CREATE OR REPLACE FUNCTION detections.own_assigned(skip integer, most integer)
 RETURNS SETOF detections.assigned
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select a.* from detections.assigned a
  where a.person_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
  order by a.organization_id, a.detection_id offset skip limit most
$function$

CREATE OR REPLACE FUNCTION detections.own_changes(skip integer, most integer)
 RETURNS SETOF detections.change
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select c.* from detections.change c
  where c.author_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
  order by c.organization_id, c.change_id offset skip limit most
$function$

CREATE OR REPLACE FUNCTION devices.count_by_organization()
 RETURNS TABLE(organization_id uuid, devices integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select d.organization_id, pg_catalog.count(*)::int from devices.device d group by d.organization_id
$function$

CREATE OR REPLACE FUNCTION devices.count_languages()
 RETURNS TABLE(language text, devices integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select d.language, pg_catalog.count(*)::int from devices.device d group by d.language order by 2 desc, 1
$function$

CREATE OR REPLACE FUNCTION devices.count_versions()
 RETURNS TABLE(version text, devices bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select agent_version, pg_catalog.count(*) from devices.device group by agent_version order by 2 desc, 1 limit 50
$function$

CREATE OR REPLACE FUNCTION devices.find_code(hash bytea)
 RETURNS TABLE(organization_id uuid, code_id uuid, expires_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select c.organization_id, c.code_id, c.expires_at from devices.code c where c.token_hash = hash
$function$

CREATE OR REPLACE FUNCTION devices.find_keys(devices uuid[])
 RETURNS TABLE(device_id uuid, organization_id uuid, public_key bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select found.* from pg_catalog.unnest(devices) as asked (id)
  cross join lateral (
    select d.device_id, d.organization_id, d.public_key from devices.device d where d.device_id = asked.id offset 0) found
$function$

CREATE OR REPLACE FUNCTION devices.names_of(ids uuid[])
 RETURNS TABLE(organization_id uuid, device_id uuid, sealed bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select d.organization_id, d.device_id, d.sealed from devices.device d where d.device_id = any (ids)
$function$

CREATE OR REPLACE FUNCTION devices.seen(devices uuid[], at timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select pg_catalog.set_config('synchronous_commit', 'off', true);
  update devices.device d set last_seen_at = at
  from (select id from pg_catalog.unnest(devices) as asked (id) order by id) asked where d.device_id = asked.id and d.last_seen_at < at
$function$

CREATE OR REPLACE FUNCTION devices.unchanged(devices uuid[], told bigint[], at timestamp with time zone)
 RETURNS TABLE(device_id uuid, group_id uuid, last_seen_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select found.device_id, found.group_id, found.last_seen_at from unnest(devices, told) as asked (id, told)
  cross join lateral (
    select d.organization_id, d.device_id, d.group_id, d.last_seen_at from devices.device d
    where d.device_id = asked.id and d.told = asked.told offset 0) found
  where not exists (
    select 1 from devices.action a
    where a.organization_id = found.organization_id and a.device_id = found.device_id and a.ended_at is null and a.expires_at > at)
$function$

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

CREATE OR REPLACE FUNCTION invitations.count_about(person uuid, addresses bigint[])
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select count(*)::int from invitations.invitation i where i.email_token = any (addresses) or i.invited_by = person
$function$

CREATE OR REPLACE FUNCTION invitations.find(hash bytea)
 RETURNS SETOF invitations.invitation
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select * from invitations.invitation where token_hash = hash
$function$

CREATE OR REPLACE FUNCTION invitations.forget_addresses(addresses bigint[])
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with gone as (
    delete from invitations.invitation i where i.email_token = any (addresses) returning 1
  )
  select count(*)::int from gone
$function$

CREATE OR REPLACE FUNCTION invitations.names_of(ids uuid[])
 RETURNS TABLE(organization_id uuid, invitation_id uuid, sealed bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select i.organization_id, i.invitation_id, i.sealed from invitations.invitation i where i.invitation_id = any (ids)
$function$

CREATE OR REPLACE FUNCTION invitations.rows_about(person uuid, addresses bigint[], skip integer, most integer)
 RETURNS SETOF invitations.invitation
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select i.organization_id, i.invitation_id, i.token_hash, i.roles, i.language, i.invited_by, i.created_at, i.expires_at, i.accepted_at,
    i.withdrawn_at, case when theirs then i.sealed end, case when theirs then i.email_token end, i.own_roles
  from invitations.invitation i, lateral (select i.email_token = any (addresses) as theirs) t
  where theirs or i.invited_by = person
  order by i.created_at, i.invitation_id offset skip limit most
$function$

CREATE OR REPLACE FUNCTION organizations.count_alone()
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select pg_catalog.count(*)::int
  from organizations.organization m join organizations.beneath b on b.organization_id = m.organization_id
  join organizations.organization o on o.organization_id = b.beneath_id
  where m.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
    and (m.is_provider or b.depth = 1) and not o.has_administrator
$function$

CREATE OR REPLACE FUNCTION organizations.describe(ids uuid[])
 RETURNS TABLE(organization_id uuid, name text, is_provider boolean, is_partner boolean, is_company boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select o.organization_id, o.name, o.is_provider, o.is_partner, o.is_company
  from organizations.organization o where o.organization_id = any (ids)
$function$

CREATE OR REPLACE FUNCTION organizations.find_adder()
 RETURNS TABLE(organization_id uuid, partner_kind text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select p.organization_id, p.partner_kind
  from organizations.organization o join organizations.organization p on p.organization_id = o.parent_id
  where o.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
    and o.is_company and not o.is_provider and not o.is_partner
$function$

CREATE OR REPLACE FUNCTION organizations.find_named(wanted text)
 RETURNS TABLE(organization_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select o.organization_id from organizations.organization o
  where pg_catalog.lower(o.name) = pg_catalog.lower(wanted) or o.organization_id::text = wanted
  order by o.organization_id limit 10
$function$

CREATE OR REPLACE FUNCTION organizations.find_provider()
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select organization_id from organizations.organization where is_provider
$function$

CREATE OR REPLACE FUNCTION organizations.hang_beneath_parent()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  insert into organizations.beneath (organization_id, beneath_id, depth)
  select above.organization_id, o.organization_id, above.depth
  from organizations.organization o
  cross join lateral (
    select o.parent_id as organization_id, 1 as depth
    union all
    select b.organization_id, b.depth + 1 from organizations.beneath b where b.beneath_id = o.parent_id
  ) above
  where o.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid and o.parent_id is not null
$function$

CREATE OR REPLACE FUNCTION organizations.has_provider()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select exists (select 1 from organizations.organization where is_provider)
$function$

CREATE OR REPLACE FUNCTION organizations.is_here(called text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select exists (select 1 from organizations.organization where lower(name) = lower(called))
    or exists (select 1 from organizations.controller where lower(name) = lower(called))
$function$

CREATE OR REPLACE FUNCTION organizations.is_without_access(called text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select exists (select 1 from organizations.controller where operator_role = 'none' and lower(operator_name) = lower(called))
$function$

CREATE OR REPLACE FUNCTION organizations.list_above()
 RETURNS TABLE(organization_id uuid, name text, is_provider boolean, is_partner boolean, is_company boolean, partner_kind text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select o.organization_id, o.name, o.is_provider, o.is_partner, o.is_company, o.partner_kind
  from organizations.beneath b join organizations.organization o on o.organization_id = b.organization_id
  where b.beneath_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
  order by b.depth
$function$

CREATE OR REPLACE FUNCTION organizations.list_added(most integer)
 RETURNS TABLE(organization_id uuid, name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select o.organization_id, o.name from organizations.organization o
  where o.parent_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid and o.is_company and not o.is_partner
  order by o.name, o.organization_id limit most
$function$

CREATE OR REPLACE FUNCTION organizations.list_ended(company uuid, managers uuid[])
 RETURNS TABLE(managing_id uuid, ended_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select s.managing_id, pg_catalog.max(s.ended_at) from organizations.outsourcing s
  where s.organization_id = company and s.managing_id = any (managers)
  group by s.managing_id having pg_catalog.bool_and(s.ended_at is not null)
$function$

CREATE OR REPLACE FUNCTION organizations.list_invoiced()
 RETURNS TABLE(organization_id uuid, name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select o.organization_id, o.name
  from organizations.organization m join organizations.beneath b on b.organization_id = m.organization_id
  join organizations.organization o on o.organization_id = b.beneath_id
  where m.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid and o.is_company
    and (m.is_provider or exists (
      select from organizations.outsourcing s
      where s.organization_id = o.organization_id and s.managing_id = m.organization_id and s.ended_at is null
        and 'invoicing' = any (s.activities)))
$function$

CREATE OR REPLACE FUNCTION organizations.list_managed()
 RETURNS TABLE(organization_id uuid, name text, has_administrator boolean, activities text[], began_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select o.organization_id, o.name, o.has_administrator, s.activities, s.began_at
  from organizations.outsourcing s join organizations.organization o on o.organization_id = s.organization_id
  where s.managing_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid and s.ended_at is null
$function$

CREATE OR REPLACE FUNCTION organizations.list_sellers()
 RETURNS TABLE(organization_id uuid, partner_kind text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select o.organization_id, o.partner_kind
  from organizations.beneath b join organizations.organization o on o.organization_id = b.organization_id
  where b.beneath_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid and (b.depth = 1 or o.is_provider)
$function$

CREATE OR REPLACE FUNCTION organizations.list_tree(most integer)
 RETURNS TABLE(organization_id uuid, parent_id uuid, name text, is_provider boolean, is_partner boolean, is_company boolean, partner_kind text, has_administrator boolean, created_at timestamp with time zone, activities text[], began_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with mine as (
    select m.organization_id as id, m.is_provider from organizations.organization m
    where m.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid),
  shown as (
    select m.id, 0 as depth from mine m
    union all
    select b.beneath_id, b.depth from mine m join organizations.beneath b on b.organization_id = m.id
    join organizations.organization o on o.organization_id = b.beneath_id
    where m.is_provider or o.is_partner or not o.has_administrator or exists (
      select from organizations.outsourcing s
      where s.organization_id = o.organization_id and s.managing_id = m.id and s.ended_at is null)
    order by depth limit most
  )
  select o.organization_id, o.parent_id, o.name, o.is_provider, o.is_partner, o.is_company, o.partner_kind, o.has_administrator, o.created_at,
    s.activities, s.began_at
  from mine m cross join shown join organizations.organization o on o.organization_id = shown.id
  left join organizations.outsourcing s on s.organization_id = o.organization_id and s.managing_id = m.id and s.ended_at is null
  order by shown.depth, o.name, o.organization_id
$function$

CREATE OR REPLACE FUNCTION organizations.managers_of(companies uuid[])
 RETURNS TABLE(organization_id uuid, managing_id uuid, activities text[])
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO ''
AS $function$
  select o.organization_id, o.managing_id, o.activities
  from organizations.outsourcing o where o.organization_id = any (companies) and o.ended_at is null
$function$

CREATE OR REPLACE FUNCTION organizations.read_controller()
 RETURNS TABLE(organization_id uuid, name text, business_id text, postal_address text, operator_role text, operator_name text, sealed bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select c.organization_id, c.name, c.business_id, c.postal_address, c.operator_role, c.operator_name, c.sealed
  from organizations.controller c join organizations.organization o on o.organization_id = c.organization_id
  where o.is_provider limit 1
$function$

CREATE OR REPLACE FUNCTION organizations.remove_company()
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with tree as (
    delete from organizations.beneath b
    where b.beneath_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
  ), gone as (
    delete from organizations.organization o
    where o.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
      and o.is_company and not o.is_provider and not o.is_partner returning 1
  )
  select exists (select 1 from gone)
$function$

CREATE OR REPLACE FUNCTION organizations.responsibilities(ids uuid[])
 RETURNS TABLE(organization_id uuid, name text, is_provider boolean, partner_kind text, since timestamp with time zone, policy_url text, grounds text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select o.organization_id, o.name, o.is_provider, o.partner_kind, o.created_at, r.policy_url, r.grounds
  from organizations.organization o left join organizations.responsibility r on r.organization_id = o.organization_id
  where o.organization_id = any (ids)
$function$

CREATE OR REPLACE FUNCTION overview.standings_of(ids uuid[])
 RETURNS TABLE(organization_id uuid, taken_at timestamp with time zone, needs jsonb, devices integer, protected integer, detections integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select s.organization_id, s.taken_at, s.needs, s.devices, s.protected, s.detections
  from overview.standing s where s.organization_id = any (ids)
$function$

CREATE OR REPLACE FUNCTION people.find_by_subject(wanted text)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select person_id from people.person where subject = wanted
$function$

CREATE OR REPLACE FUNCTION people.has_member_at(address bigint)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select exists (
    select 1 from people.membership m join people.person p on p.person_id = m.person_id
    where m.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid and p.email_token = address)
$function$

CREATE OR REPLACE FUNCTION people.held(organization uuid, roles text[], own uuid[])
 RETURNS text[]
 LANGUAGE sql
 STABLE
AS $function$
  select case when own = '{}' then roles else roles || coalesce((
    select pg_catalog.array_agg(distinct '=' || p) from people.role r cross join lateral pg_catalog.unnest(r.permissions) p
    where r.organization_id = organization and r.role_id = any (own)), '{}') end
$function$

CREATE OR REPLACE FUNCTION people.holders_of(organizations uuid[], wanted text[], permission text, among uuid[], most integer)
 RETURNS TABLE(organization_id uuid, person_id uuid, roles text[])
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 50
 SET search_path TO ''
AS $function$
  select m.organization_id, m.person_id, people.held(m.organization_id, m.roles, m.own_roles) from people.membership m
  where m.organization_id = any (organizations) and (among is null or m.person_id = any (among))
    and (m.roles && wanted or m.own_roles <> '{}' and '=' || permission = any (people.held(m.organization_id, m.roles, m.own_roles)))
  order by m.person_id, m.organization_id limit most
$function$

CREATE OR REPLACE FUNCTION people.leaving(most integer)
 RETURNS TABLE(person_id uuid, subject text, is_elsewhere boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select p.person_id, p.subject, exists (
    select 1 from people.membership o where o.person_id = m.person_id and o.organization_id <> m.organization_id)
  from people.membership m join people.person p on p.person_id = m.person_id
  where m.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
  order by m.person_id limit most
$function$

CREATE OR REPLACE FUNCTION people.mark_seen(organizations uuid[], persons uuid[], at timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  update people.membership m set last_seen_at = at
  from unnest(organizations, persons) as s (organization_id, person_id)
  where m.organization_id = s.organization_id and m.person_id = s.person_id and (m.last_seen_at is null or m.last_seen_at < at)
$function$

CREATE OR REPLACE FUNCTION people.members(ids uuid[], after uuid, most integer)
 RETURNS TABLE(person_id uuid, sealed bytea, roles text[], own_roles uuid[], joined_at timestamp with time zone, last_seen_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select p.person_id, p.sealed, m.roles, m.own_roles, m.joined_at, m.last_seen_at
  from people.membership m join people.person p on p.person_id = m.person_id
  where m.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
    and (ids is null or m.person_id = any (ids)) and (after is null or m.person_id > after)
  order by m.person_id limit most
$function$

CREATE OR REPLACE FUNCTION people.members_by_joining(after uuid, most integer)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select m.person_id from people.membership m
  where m.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
    and (after is null or (m.joined_at, m.person_id) > (
      select a.joined_at, a.person_id from people.membership a where a.organization_id = m.organization_id and a.person_id = after))
  order by m.joined_at, m.person_id limit most
$function$

CREATE OR REPLACE FUNCTION people.membership_rows()
 RETURNS SETOF people.membership
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select m.* from people.membership m
  where m.person_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
  order by m.organization_id
$function$

CREATE OR REPLACE FUNCTION people.memberships_of_person()
 RETURNS TABLE(organization_id uuid, roles text[], own_roles uuid[], held text[])
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select m.organization_id, m.roles, m.own_roles, people.held(m.organization_id, m.roles, m.own_roles) from people.membership m
  where m.person_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
  order by m.joined_at, m.organization_id
$function$

CREATE OR REPLACE FUNCTION people.names_of(ids uuid[])
 RETURNS TABLE(person_id uuid, sealed bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select p.person_id, p.sealed from people.person p where p.person_id = any (ids)
$function$

CREATE OR REPLACE FUNCTION people.role_names_of(ids uuid[])
 RETURNS TABLE(role_id uuid, name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select r.role_id, r.name from people.role r where r.role_id = any (ids)
$function$

CREATE OR REPLACE FUNCTION people.roles_in(persons uuid[], organizations uuid[])
 RETURNS TABLE(n bigint, roles text[])
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 50
 SET search_path TO ''
AS $function$
  select q.n, people.held(m.organization_id, m.roles, m.own_roles)
  from unnest(persons, organizations) with ordinality as q (person_id, organization_id, n)
  cross join lateral (
    select m.organization_id, m.roles, m.own_roles from people.membership m
    where m.organization_id = q.organization_id and m.person_id = q.person_id offset 0) m
$function$

CREATE OR REPLACE FUNCTION people.set_erasure(at timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  update people.person p
  set erase_at = case when exists (select 1 from people.membership m where m.person_id = p.person_id) then null
    else greatest(p.erase_at, at) end
  where p.person_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
$function$

CREATE OR REPLACE FUNCTION policies.levels_of(organizations uuid[], scopes uuid[], at timestamp with time zone)
 RETURNS TABLE(organization_id uuid, scope_id uuid, kind text, settings jsonb, locked text[], exclusions uuid[])
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select found.* from unnest(organizations, scopes) as asked (organization_id, scope_id)
  cross join lateral (
    select l.organization_id, l.scope_id, l.kind, l.settings, l.locked, array(
      select e.exclusion_id from policies.exclusion e
      where e.organization_id = l.organization_id and e.scope_id = l.scope_id and e.until > at)
    from policies.level l where l.organization_id = asked.organization_id and l.scope_id = asked.scope_id offset 0) found
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

CREATE OR REPLACE FUNCTION receivers.find_working(after uuid, most integer)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select distinct r.organization_id from receivers.receiver r
  where r.state = 'on' and (after is null or r.organization_id > after) order by 1 limit most
$function$

CREATE OR REPLACE FUNCTION removals.due(now timestamp with time zone, most integer)
 RETURNS TABLE(organization_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select r.organization_id from removals.removal r where r.due_at <= now order by r.due_at limit most
$function$

CREATE OR REPLACE FUNCTION removals.of_decider()
 RETURNS TABLE(organization_id uuid, state text, cause text, asked_at timestamp with time zone, decide_by timestamp with time zone, because text, noticed_at timestamp with time zone, due_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select r.organization_id, r.state, r.cause, r.asked_at, r.decide_by, r.because, r.noticed_at, r.due_at from removals.removal r
  where r.decider_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
$function$

CREATE OR REPLACE FUNCTION removals.waiting(most integer)
 RETURNS TABLE(organization_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select r.organization_id from removals.removal r where r.state = 'noticed' order by r.due_at limit most
$function$

CREATE OR REPLACE FUNCTION reports.count_own()
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select pg_catalog.count(*)::int from reports.recipient r
  where r.person_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
$function$

CREATE OR REPLACE FUNCTION reports.due(at_time timestamp with time zone, most integer)
 RETURNS TABLE(organization_id uuid, report_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select r.organization_id, r.report_id from reports.report r where r.is_on and r.next_at <= at_time order by r.next_at limit most
$function$

CREATE OR REPLACE FUNCTION reports.forget_own()
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with gone as (
    delete from reports.recipient r
    where r.person_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid returning 1)
  select pg_catalog.count(*)::int from gone
$function$

CREATE OR REPLACE FUNCTION reports.own_recipients(skip integer, most integer)
 RETURNS SETOF reports.recipient
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select r.* from reports.recipient r
  where r.person_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
  order by r.organization_id, r.report_id offset skip limit most
$function$

CREATE OR REPLACE FUNCTION rule_sets.find_making()
 RETURNS TABLE(organization_id uuid, set_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select s.organization_id, s.set_id from rule_sets.own_set s where s.state = 'making' order by s.asked_at, s.set_id limit 50
$function$

CREATE OR REPLACE FUNCTION rule_sets.own_of(organizations uuid[])
 RETURNS TABLE(organization_id uuid, name text, version text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select s.organization_id, s.name, s.version::text from rule_sets.own_set s
  where s.organization_id = any (organizations) and s.is_used and s.version > 0 order by s.organization_id, s.name
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

CREATE OR REPLACE FUNCTION standards.applied_of(ids uuid[])
 RETURNS TABLE(organization_id uuid, managing_id uuid, standard_id uuid, version integer, settings jsonb, locked text[], applied_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select newest.* from unnest(ids) as wanted (id)
  cross join lateral (
    select a.organization_id, a.managing_id, a.standard_id, a.version, a.settings, a.locked, a.applied_at from standards.applied a
    where a.organization_id = wanted.id order by a.applied_id desc limit 1) newest
$function$

CREATE OR REPLACE FUNCTION subscriptions.all_ended(at_time timestamp with time zone, most integer)
 RETURNS TABLE(organization_id uuid, ended_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select s.organization_id, pg_catalog.max(s.ends_at) from subscriptions.subscription s
  group by s.organization_id
  having pg_catalog.bool_and(s.ends_at is not null and s.ends_at <= at_time)
  order by 2 limit most
$function$

CREATE OR REPLACE FUNCTION subscriptions.invoiced(ids uuid[], of_month date)
 RETURNS TABLE(organization_id uuid, module text, seats integer, begins_at timestamp with time zone, ends_at timestamp with time zone, sold_by uuid, devices integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(s.organization_id, m.organization_id), coalesce(s.module, m.module), s.seats, s.begins_at, s.ends_at, s.sold_by, coalesce(m.devices, 0)
  from (select * from subscriptions.subscription where subscription.organization_id = any (ids)) s
  full join (select * from subscriptions.month where month.organization_id = any (ids) and month.month = of_month) m
    on m.organization_id = s.organization_id and m.module = s.module
$function$

CREATE OR REPLACE FUNCTION subscriptions.not_collecting(ids uuid[], part text, at_time timestamp with time zone)
 RETURNS TABLE(organization_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select s.organization_id from subscriptions.subscription s where s.organization_id = any (ids)
  group by s.organization_id
  having not pg_catalog.bool_or(s.module = part and s.begins_at <= at_time and (s.ends_at is null or s.ends_at > at_time))
$function$

-- Rights of the running program and of its prover
api_keys.key has the policy owner_reads for r of portal_owner
api_keys.key has the policy scope for * of everybody
api_keys.key has the policy upkeep for * of portal_owner
audit.activity has the policy owner for * of portal_owner
audit.activity has the policy scope for * of everybody
audit.activity has the policy upkeep for * of portal_owner
audit.activity_rest has the policy scope for * of everybody
audit.activity_rest has the policy upkeep for * of portal_owner
audit.record has the policy owner for * of portal_owner
audit.record has the policy scope for * of everybody
audit.record has the policy upkeep for * of portal_owner
audit.record_rest has the policy scope for * of everybody
audit.record_rest has the policy upkeep for * of portal_owner
company_sign_in.domain has the policy owner_reads for r of portal_owner
company_sign_in.domain has the policy scope for * of everybody
company_sign_in.domain has the policy upkeep for * of portal_owner
company_sign_in.setting has the policy scope for * of everybody
company_sign_in.setting has the policy upkeep for * of portal_owner
contracts.owned has the policy owner_reads for r of portal_owner
contracts.owned has the policy scope for * of everybody
contracts.owned has the policy upkeep for * of portal_owner
contracts.proposal has the policy owner_reads for r of portal_owner
contracts.proposal has the policy scope for * of everybody
contracts.proposal has the policy upkeep for * of portal_owner
detections.assigned has the policy owner for * of portal_owner
detections.assigned has the policy scope for * of everybody
detections.assigned has the policy upkeep for * of portal_owner
detections.change has the policy owner for * of portal_owner
detections.change has the policy scope for * of everybody
detections.change has the policy upkeep for * of portal_owner
detections.daily has the policy scope for * of everybody
detections.daily has the policy upkeep for * of portal_owner
detections.detection has the policy owner_reads for r of portal_owner
detections.detection has the policy scope for * of everybody
detections.detection has the policy upkeep for * of portal_owner
detections.spool has the policy scope for * of everybody
detections.spool has the policy upkeep for * of portal_owner
detections.step has the policy scope for * of everybody
detections.step has the policy upkeep for * of portal_owner
devices.action has the policy owner_reads for r of portal_owner
devices.action has the policy scope for * of everybody
devices.action has the policy upkeep for * of portal_owner
devices.bulk has the policy scope for * of everybody
devices.bulk has the policy upkeep for * of portal_owner
devices.bulk_item has the policy scope for * of everybody
devices.bulk_item has the policy upkeep for * of portal_owner
devices.bulk_waiting has the policy scope for * of everybody
devices.bulk_waiting has the policy upkeep for * of portal_owner
devices.code has the policy owner_reads for r of portal_owner
devices.code has the policy scope for * of everybody
devices.code has the policy upkeep for * of portal_owner
devices.collected has the policy scope for * of everybody
devices.collected has the policy upkeep for * of portal_owner
devices.device has the policy owner_marks for w of portal_owner
devices.device has the policy owner_reads for r of portal_owner
devices.device has the policy scope for * of everybody
devices.device has the policy upkeep for * of portal_owner
devices.device_group has the policy scope for * of everybody
devices.device_group has the policy upkeep for * of portal_owner
devices.tag has the policy scope for * of everybody
devices.tag has the policy upkeep for * of portal_owner
devices.tagged has the policy scope for * of everybody
devices.tagged has the policy upkeep for * of portal_owner
devices.view has the policy scope for * of everybody
devices.view has the policy upkeep for * of portal_owner
invitations.invitation has the policy owner_deletes for d of portal_owner
invitations.invitation has the policy owner_reads for r of portal_owner
invitations.invitation has the policy scope for * of everybody
invitations.invitation has the policy upkeep for * of portal_owner
organizations.beneath has the policy owner for * of portal_owner
organizations.beneath has the policy scope for * of everybody
organizations.beneath has the policy upkeep for * of portal_owner
organizations.controller has the policy owner for r of portal_owner
organizations.controller has the policy scope for * of everybody
organizations.controller has the policy upkeep for * of portal_owner
organizations.organization has the policy owner for r of portal_owner
organizations.organization has the policy owner_removes for d of portal_owner
organizations.organization has the policy scope for * of everybody
organizations.organization has the policy upkeep for * of portal_owner
organizations.outsourcing has the policy owner for r of portal_owner
organizations.outsourcing has the policy owner_ends for d of portal_owner
organizations.outsourcing has the policy scope for * of everybody
organizations.outsourcing has the policy upkeep for * of portal_owner
organizations.responsibility has the policy owner for r of portal_owner
organizations.responsibility has the policy scope for * of everybody
organizations.responsibility has the policy upkeep for * of portal_owner
overview.standing has the policy owner_reads for r of portal_owner
overview.standing has the policy scope for * of everybody
overview.standing has the policy upkeep for * of portal_owner
people.membership has the policy owner for * of portal_owner
people.membership has the policy scope for * of everybody
people.membership has the policy upkeep for * of portal_owner
people.person has the policy owner for * of portal_owner
people.person has the policy scope for * of everybody
people.person has the policy upkeep for * of portal_owner
people.role has the policy owner_reads for r of portal_owner
people.role has the policy scope for * of everybody
people.role has the policy upkeep for * of portal_owner
policies.change has the policy scope for * of everybody
policies.change has the policy upkeep for * of portal_owner
policies.exclusion has the policy owner_reads for r of portal_owner
policies.exclusion has the policy scope for * of everybody
policies.exclusion has the policy upkeep for * of portal_owner
policies.level has the policy owner_reads for r of portal_owner
policies.level has the policy scope for * of everybody
policies.level has the policy upkeep for * of portal_owner
portal may connect this database
portal may delete api_keys.key
portal may delete calls.nonce
portal may delete commands.confirmation
portal may delete company_sign_in.attempt
portal may delete company_sign_in.domain
portal may delete company_sign_in.setting
portal may delete contracts.owned
portal may delete contracts.proposal
portal may delete declarations.declaration
portal may delete detections.assigned
portal may delete detections.change
portal may delete detections.daily
portal may delete detections.detection
portal may delete detections.spool
portal may delete detections.step
portal may delete devices.action
portal may delete devices.bulk
portal may delete devices.bulk_item
portal may delete devices.bulk_waiting
portal may delete devices.code
portal may delete devices.collected
portal may delete devices.device
portal may delete devices.device_group
portal may delete devices.tag
portal may delete devices.tagged
portal may delete devices.view
portal may delete invitations.invitation
portal may delete mail.letter
portal may delete messages.message
portal may delete messages.subscriber
portal may delete officers.list
portal may delete officers.officer
portal may delete organizations.beneath
portal may delete organizations.controller
portal may delete organizations.organization
portal may delete organizations.outsourcing
portal may delete organizations.responsibility
portal may delete overview.standing
portal may delete people.forgotten
portal may delete people.membership
portal may delete people.person
portal may delete people.role
portal may delete policies.change
portal may delete policies.exclusion
portal may delete policies.level
portal may delete receivers.delivery
portal may delete receivers.quiet
portal may delete receivers.receiver
portal may delete removals.removal
portal may delete reports.edition
portal may delete reports.recipient
portal may delete reports.report
portal may delete rights.done
portal may delete rights.restricted
portal may delete rule_sets.own_part
portal may delete rule_sets.own_set
portal may delete rule_sets.part
portal may delete rule_sets.rule_set
portal may delete rule_sets.source_piece
portal may delete sealing.erasure
portal may delete sealing.plain
portal may delete sessions.attempt
portal may delete sessions.session
portal may delete set_up.draft
portal may delete standards.applied
portal may delete standards.push
portal may delete standards.push_item
portal may delete standards.standard
portal may delete standards.version
portal may delete subscriptions.month
portal may delete subscriptions.subscription
portal may delete technical_log.look
portal may execute api_keys.find(bytea)
portal may execute api_keys.names_of(uuid[])
portal may execute audit.activity_rows(integer,integer)
portal may execute audit.carry_origin(uuid,timestamp with time zone,uuid,bytea)
portal may execute audit.count_activities()
portal may execute audit.count_records()
portal may execute audit.days_to_seal(timestamp with time zone,integer)
portal may execute audit.hash_day(text,date)
portal may execute audit.list_own(timestamp with time zone,uuid,integer)
portal may execute audit.prove_activities(timestamp with time zone)
portal may execute audit.prove_records(timestamp with time zone)
portal may execute audit.prove_unsealed(timestamp with time zone)
portal may execute audit.record_rows(integer,integer)
portal may execute audit.row_bytes(text[])
portal may execute audit.seal_again(date,bigint,bytea,uuid,timestamp with time zone)
portal may execute company_sign_in.due_domains(timestamp with time zone,timestamp with time zone,integer)
portal may execute company_sign_in.led_by(text)
portal may execute contracts.count_waiting()
portal may execute contracts.list_owned(text[])
portal may execute detections.count_own()
portal may execute detections.forget_own()
portal may execute detections.names_of(uuid[])
portal may execute detections.own_assigned(integer,integer)
portal may execute detections.own_changes(integer,integer)
portal may execute devices.count_by_organization()
portal may execute devices.count_languages()
portal may execute devices.count_versions()
portal may execute devices.find_code(bytea)
portal may execute devices.find_keys(uuid[])
portal may execute devices.names_of(uuid[])
portal may execute devices.seen(uuid[],timestamp with time zone)
portal may execute devices.unchanged(uuid[],bigint[],timestamp with time zone)
portal may execute expiry.clock()
portal may execute expiry.copy_out(expiry.rule,text,tid[],timestamp with time zone)
portal may execute expiry.count_held(uuid)
portal may execute expiry.covers(expiry.rule)
portal may execute expiry.end_hold(uuid)
portal may execute expiry.expire_rows(text,timestamp with time zone,integer)
portal may execute expiry.follow_restriction()
portal may execute expiry.grounds_on(text,uuid,timestamp with time zone)
portal may execute expiry.held_of(uuid,integer,integer)
portal may execute expiry.is_due(expiry.rule,timestamp with time zone)
portal may execute expiry.keep_days(text,timestamp with time zone)
portal may execute expiry.past_deadline(timestamp with time zone)
portal may execute expiry.place_hold(uuid,text,uuid,uuid,text,timestamp with time zone,timestamp with time zone,boolean,timestamp with time zone,timestamp with time zone)
portal may execute expiry.prove_holds(timestamp with time zone)
portal may execute expiry.prove_past_deadline(timestamp with time zone)
portal may execute expiry.remove_organization(text,uuid,timestamp with time zone,integer)
portal may execute invitations.count_about(uuid,bigint[])
portal may execute invitations.find(bytea)
portal may execute invitations.forget_addresses(bigint[])
portal may execute invitations.names_of(uuid[])
portal may execute invitations.rows_about(uuid,bigint[],integer,integer)
portal may execute organizations.count_alone()
portal may execute organizations.describe(uuid[])
portal may execute organizations.find_adder()
portal may execute organizations.find_named(text)
portal may execute organizations.find_provider()
portal may execute organizations.hang_beneath_parent()
portal may execute organizations.has_provider()
portal may execute organizations.is_here(text)
portal may execute organizations.is_without_access(text)
portal may execute organizations.list_above()
portal may execute organizations.list_added(integer)
portal may execute organizations.list_ended(uuid,uuid[])
portal may execute organizations.list_invoiced()
portal may execute organizations.list_managed()
portal may execute organizations.list_sellers()
portal may execute organizations.list_tree(integer)
portal may execute organizations.managers_of(uuid[])
portal may execute organizations.read_controller()
portal may execute organizations.remove_company()
portal may execute organizations.responsibilities(uuid[])
portal may execute overview.standings_of(uuid[])
portal may execute people.find_by_subject(text)
portal may execute people.has_member_at(bigint)
portal may execute people.held(uuid,text[],uuid[])
portal may execute people.holders_of(uuid[],text[],text,uuid[],integer)
portal may execute people.leaving(integer)
portal may execute people.mark_seen(uuid[],uuid[],timestamp with time zone)
portal may execute people.members(uuid[],uuid,integer)
portal may execute people.members_by_joining(uuid,integer)
portal may execute people.membership_rows()
portal may execute people.memberships_of_person()
portal may execute people.names_of(uuid[])
portal may execute people.role_names_of(uuid[])
portal may execute people.roles_in(uuid[],uuid[])
portal may execute people.set_erasure(timestamp with time zone)
portal may execute policies.levels_of(uuid[],uuid[],timestamp with time zone)
portal may execute proofs.prove_rights(text,text[])
portal may execute proofs.prove_undescribed(text[],text[])
portal may execute proofs.rights_of(text)
portal may execute receivers.find_working(uuid,integer)
portal may execute removals.due(timestamp with time zone,integer)
portal may execute removals.of_decider()
portal may execute removals.waiting(integer)
portal may execute reports.count_own()
portal may execute reports.due(timestamp with time zone,integer)
portal may execute reports.forget_own()
portal may execute reports.own_recipients(integer,integer)
portal may execute rule_sets.find_making()
portal may execute rule_sets.own_of(uuid[])
portal may execute sealing.absent(uuid[],uuid,text[],text[],text[])
portal may execute sealing.due_erasures(integer)
portal may execute sealing.empty_plain()
portal may execute sealing.erase_key()
portal may execute sealing.held_days(text,text)
portal may execute sealing.owners_of(text[],text[],uuid,integer)
portal may execute sealing.prove_unsealed(text[],text[])
portal may execute sealing.scoped_tokens(uuid,smallint[])
portal may execute standards.applied_of(uuid[])
portal may execute subscriptions.all_ended(timestamp with time zone,integer)
portal may execute subscriptions.invoiced(uuid[],date)
portal may execute subscriptions.not_collecting(uuid[],text,timestamp with time zone)
portal may insert api_keys.key
portal may insert audit.activity
portal may insert audit.record
portal may insert audit.sealed_day
portal may insert bookkeeping.record
portal may insert calls.nonce
portal may insert commands.confirmation
portal may insert company_sign_in.attempt
portal may insert company_sign_in.domain
portal may insert company_sign_in.setting
portal may insert contracts.owned
portal may insert contracts.proposal
portal may insert declarations.declaration
portal may insert detections.assigned
portal may insert detections.change
portal may insert detections.daily
portal may insert detections.detection
portal may insert detections.spool
portal may insert detections.step
portal may insert devices.action
portal may insert devices.bulk
portal may insert devices.bulk_item
portal may insert devices.bulk_waiting
portal may insert devices.code
portal may insert devices.collected
portal may insert devices.device
portal may insert devices.device_group
portal may insert devices.tag
portal may insert devices.tagged
portal may insert devices.view
portal may insert invitations.invitation
portal may insert mail.letter
portal may insert messages.message
portal may insert messages.subscriber
portal may insert officers.list
portal may insert officers.officer
portal may insert organizations.beneath
portal may insert organizations.controller
portal may insert organizations.organization
portal may insert organizations.outsourcing
portal may insert organizations.responsibility
portal may insert overview.standing
portal may insert people.forgotten
portal may insert people.membership
portal may insert people.person
portal may insert people.role
portal may insert policies.change
portal may insert policies.exclusion
portal may insert policies.level
portal may insert receivers.delivery
portal may insert receivers.quiet
portal may insert receivers.receiver
portal may insert removals.removal
portal may insert reports.edition
portal may insert reports.recipient
portal may insert reports.report
portal may insert rights.done
portal may insert rights.restricted
portal may insert rule_sets.own_part
portal may insert rule_sets.own_set
portal may insert rule_sets.part
portal may insert rule_sets.rule_set
portal may insert rule_sets.source_piece
portal may insert sessions.attempt
portal may insert sessions.session
portal may insert set_up.draft
portal may insert standards.applied
portal may insert standards.push
portal may insert standards.push_item
portal may insert standards.standard
portal may insert standards.version
portal may insert subscriptions.month
portal may insert subscriptions.subscription
portal may insert technical_log.look
portal may select api_keys.key
portal may select audit.activity
portal may select audit.record
portal may select audit.sealed_day
portal may select bookkeeping.record
portal may select calls.nonce
portal may select commands.confirmation
portal may select company_sign_in.attempt
portal may select company_sign_in.domain
portal may select company_sign_in.setting
portal may select contracts.owned
portal may select contracts.proposal
portal may select declarations.declaration
portal may select detections.assigned
portal may select detections.change
portal may select detections.daily
portal may select detections.detection
portal may select detections.spool
portal may select detections.step
portal may select devices.action
portal may select devices.bulk
portal may select devices.bulk_item
portal may select devices.bulk_waiting
portal may select devices.code
portal may select devices.collected
portal may select devices.device
portal may select devices.device_group
portal may select devices.tag
portal may select devices.tagged
portal may select devices.view
portal may select expiry.held_held_id_seq
portal may select expiry.rule
portal may select expiry.run
portal may select invitations.invitation
portal may select mail.letter
portal may select messages.message
portal may select messages.message_message_id_seq
portal may select messages.subscriber
portal may select officers.list
portal may select officers.officer
portal may select organizations.beneath
portal may select organizations.controller
portal may select organizations.organization
portal may select organizations.outsourcing
portal may select organizations.responsibility
portal may select overview.standing
portal may select people.forgotten
portal may select people.membership
portal may select people.person
portal may select people.role
portal may select platform.migration
portal may select policies.change
portal may select policies.exclusion
portal may select policies.level
portal may select receivers.delivery
portal may select receivers.quiet
portal may select receivers.receiver
portal may select removals.removal
portal may select reports.edition
portal may select reports.recipient
portal may select reports.report
portal may select rights.done
portal may select rights.restricted
portal may select rule_sets.own_part
portal may select rule_sets.own_set
portal may select rule_sets.part
portal may select rule_sets.rule_set
portal may select rule_sets.source_piece
portal may select sealing.erasure
portal may select sealing.erasure_erasure_id_seq
portal may select sealing.plain
portal may select sealing.plain_plain_id_seq
portal may select sessions.attempt
portal may select sessions.session
portal may select set_up.draft
portal may select standards.applied
portal may select standards.push
portal may select standards.push_item
portal may select standards.standard
portal may select standards.version
portal may select subscriptions.month
portal may select subscriptions.subscription
portal may select technical_log.look
portal may update api_keys.key
portal may update calls.nonce
portal may update commands.confirmation
portal may update company_sign_in.attempt
portal may update company_sign_in.domain
portal may update company_sign_in.setting
portal may update contracts.owned
portal may update contracts.proposal
portal may update declarations.declaration
portal may update detections.assigned
portal may update detections.change
portal may update detections.daily
portal may update detections.detection
portal may update detections.spool
portal may update detections.step
portal may update devices.action
portal may update devices.bulk
portal may update devices.bulk_item
portal may update devices.bulk_waiting
portal may update devices.code
portal may update devices.collected
portal may update devices.device
portal may update devices.device_group
portal may update devices.tag
portal may update devices.tagged
portal may update devices.view
portal may update invitations.invitation
portal may update mail.letter
portal may update messages.message
portal may update messages.subscriber
portal may update officers.list
portal may update officers.officer
portal may update organizations.beneath
portal may update organizations.controller
portal may update organizations.organization
portal may update organizations.outsourcing
portal may update organizations.responsibility
portal may update overview.standing
portal may update people.forgotten
portal may update people.membership
portal may update people.person
portal may update people.role
portal may update policies.change
portal may update policies.exclusion
portal may update policies.level
portal may update receivers.delivery
portal may update receivers.quiet
portal may update receivers.receiver
portal may update removals.removal
portal may update reports.edition
portal may update reports.recipient
portal may update reports.report
portal may update rights.done
portal may update rights.restricted
portal may update rule_sets.own_part
portal may update rule_sets.own_set
portal may update rule_sets.part
portal may update rule_sets.rule_set
portal may update rule_sets.source_piece
portal may update sessions.attempt
portal may update sessions.session
portal may update set_up.draft
portal may update standards.applied
portal may update standards.push
portal may update standards.push_item
portal may update standards.standard
portal may update standards.version
portal may update subscriptions.month
portal may update subscriptions.subscription
portal may update technical_log.look
portal may usage expiry.held_held_id_seq
portal may usage messages.message_message_id_seq
portal may usage schema api_keys
portal may usage schema audit
portal may usage schema bookkeeping
portal may usage schema calls
portal may usage schema commands
portal may usage schema company_sign_in
portal may usage schema contracts
portal may usage schema declarations
portal may usage schema detections
portal may usage schema devices
portal may usage schema expiry
portal may usage schema invitations
portal may usage schema mail
portal may usage schema messages
portal may usage schema officers
portal may usage schema organizations
portal may usage schema overview
portal may usage schema people
portal may usage schema platform
portal may usage schema policies
portal may usage schema proofs
portal may usage schema receivers
portal may usage schema removals
portal may usage schema reports
portal may usage schema rights
portal may usage schema rule_sets
portal may usage schema sealing
portal may usage schema sessions
portal may usage schema set_up
portal may usage schema standards
portal may usage schema subscriptions
portal may usage schema technical_log
portal may usage sealing.erasure_erasure_id_seq
portal may usage sealing.plain_plain_id_seq
portal_prover may connect this database
portal_prover may execute audit.prove_activities(timestamp with time zone)
portal_prover may execute audit.prove_records(timestamp with time zone)
portal_prover may execute audit.prove_unsealed(timestamp with time zone)
portal_prover may execute expiry.prove_holds(timestamp with time zone)
portal_prover may execute expiry.prove_past_deadline(timestamp with time zone)
portal_prover may execute proofs.prove_rights(text,text[])
portal_prover may execute proofs.prove_undescribed(text[],text[])
portal_prover may execute sealing.prove_unsealed(text[],text[])
portal_prover may usage schema audit
portal_prover may usage schema expiry
portal_prover may usage schema proofs
portal_prover may usage schema sealing
receivers.delivery has the policy scope for * of everybody
receivers.delivery has the policy upkeep for * of portal_owner
receivers.quiet has the policy scope for * of everybody
receivers.quiet has the policy upkeep for * of portal_owner
receivers.receiver has the policy owner_reads for r of portal_owner
receivers.receiver has the policy scope for * of everybody
receivers.receiver has the policy upkeep for * of portal_owner
removals.removal has the policy owner_reads for r of portal_owner
removals.removal has the policy scope for * of everybody
removals.removal has the policy upkeep for * of portal_owner
reports.edition has the policy scope for * of everybody
reports.edition has the policy upkeep for * of portal_owner
reports.recipient has the policy owner_deletes for d of portal_owner
reports.recipient has the policy owner_reads for r of portal_owner
reports.recipient has the policy scope for * of everybody
reports.recipient has the policy upkeep for * of portal_owner
reports.report has the policy owner_reads for r of portal_owner
reports.report has the policy scope for * of everybody
reports.report has the policy upkeep for * of portal_owner
rule_sets.own_part has the policy scope for * of everybody
rule_sets.own_part has the policy upkeep for * of portal_owner
rule_sets.own_set has the policy owner_reads for r of portal_owner
rule_sets.own_set has the policy scope for * of everybody
rule_sets.own_set has the policy upkeep for * of portal_owner
standards.applied has the policy owner_reads for r of portal_owner
standards.applied has the policy scope for * of everybody
standards.applied has the policy upkeep for * of portal_owner
standards.push has the policy scope for * of everybody
standards.push has the policy upkeep for * of portal_owner
standards.push_item has the policy scope for * of everybody
standards.push_item has the policy upkeep for * of portal_owner
standards.standard has the policy scope for * of everybody
standards.standard has the policy upkeep for * of portal_owner
standards.version has the policy scope for * of everybody
standards.version has the policy upkeep for * of portal_owner
subscriptions.month has the policy owner_reads for r of portal_owner
subscriptions.month has the policy scope for * of everybody
subscriptions.month has the policy upkeep for * of portal_owner
subscriptions.subscription has the policy owner_reads for r of portal_owner
subscriptions.subscription has the policy scope for * of everybody
subscriptions.subscription has the policy upkeep for * of portal_owner
