-- Generated from the live schema by npm run check -- --write. Never edited by hand.

table calls.nonce (
  nonce text not null,
  expires_at timestamp with time zone not null
)
  CREATE INDEX nonce_expired ON calls.nonce USING btree (expires_at)
  constraint nonce_pkey PRIMARY KEY (nonce)
  grants privacy delete, insert, select, update

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
  grants privacy delete, insert, select, update

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
  grants privacy delete, insert, select, update

table messages.subscriber (
  name text not null,
  topic text not null
)
  constraint subscriber_pkey PRIMARY KEY (name)
  grants privacy delete, insert, select, update

table platform.migration (
  area text not null,
  name text not null,
  sha256 text not null,
  ran_at timestamp with time zone not null default now()
)
  constraint migration_pkey PRIMARY KEY (area, name)
  grants privacy select

table transparency.checkpoint (
  size bigint not null,
  root bytea not null,
  key_id text not null,
  signed text not null,
  signed_at timestamp(0) with time zone not null
)
  constraint checkpoint_key_id_check CHECK ((key_id ~ '^[0-9a-f]{8}$'::text))
  constraint checkpoint_pkey PRIMARY KEY (size)
  constraint checkpoint_root_check CHECK ((length(root) = 32))
  constraint checkpoint_signed_check CHECK ((length(signed) <= 1000))
  constraint checkpoint_size_check CHECK ((size >= 0))
  grants privacy insert, select

table transparency.entry (
  entry_index bigint not null,
  entry_id uuid not null,
  entry bytea not null
)
  constraint entry_entry_check CHECK (((length(entry) >= 1) AND (length(entry) <= 4096)))
  constraint entry_entry_id_key UNIQUE (entry_id)
  constraint entry_entry_index_check CHECK ((entry_index >= 0))
  constraint entry_pkey PRIMARY KEY (entry_index)
  grants privacy insert, select

table transparency.subtree (
  level smallint not null,
  "position" bigint not null,
  hash bytea not null
)
  constraint subtree_hash_check CHECK ((length(hash) = 32))
  constraint subtree_level_check CHECK (((level >= 0) AND (level <= 6)))
  constraint subtree_pkey PRIMARY KEY (level, "position")
  constraint subtree_position_check CHECK (("position" >= 0))
  grants privacy insert, select

table transparency.waiting (
  place bigint not null,
  entry_id uuid not null,
  entry bytea not null
)
  constraint waiting_entry_check CHECK (((length(entry) >= 1) AND (length(entry) <= 4096)))
  constraint waiting_entry_id_key UNIQUE (entry_id)
  constraint waiting_pkey PRIMARY KEY (place)
  grants privacy delete, insert, select
