create table recovery.code (
  person_id uuid not null,
  hash bytea not null,
  made_at timestamptz not null,
  used_at timestamptz,
  primary key (person_id, hash)
);

create table recovery.help (
  token_hash bytea primary key,
  person_id uuid not null,
  language text not null check (language in ('fi', 'en')),
  salt bytea not null,
  hash bytea not null,
  tries_left smallint not null check (tries_left >= 0),
  begun_at timestamptz not null,
  expires_at timestamptz not null,
  -- Both halves have been shown: from here on only a new passkey is missing.
  opened_by bytea unique,
  ended_at timestamptz
);
create index help_person on recovery.help (person_id, begun_at);
create index help_expiry on recovery.help (expires_at);
