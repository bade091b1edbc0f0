create table passkeys.passkey (
  person_id uuid not null,
  passkey_id uuid not null,
  credential_id bytea not null unique check (length(credential_id) between 1 and 1023),
  public_key bytea not null,
  sign_count bigint not null,
  transports text[] not null,
  is_backup_eligible boolean not null,
  is_backed_up boolean not null,
  name text not null check (length(name) between 1 and 60),
  created_at timestamptz not null,
  last_used_at timestamptz,
  primary key (person_id, passkey_id)
);

create table passkeys.challenge (
  challenge_hash bytea primary key,
  bound_to bytea not null,
  expires_at timestamptz not null
);
create index challenge_expiry on passkeys.challenge (expires_at);
