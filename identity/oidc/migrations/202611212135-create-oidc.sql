-- Rows of the protocol core, keyed by a hash of the bearer value and sealed with a key from it: whoever has only the database reads nothing here.
create table oidc.sealed (
  id bytea primary key,
  model text not null,
  sealed bytea not null,
  second_id bytea,
  sealed_second bytea,
  grant_id bytea,
  session_hash bytea,
  expires_at timestamptz not null,
  consumed_at timestamptz
);
create index sealed_grant on oidc.sealed (grant_id) where grant_id is not null;
create index sealed_session on oidc.sealed (session_hash) where session_hash is not null;
-- Not unique: two tabs that renew the session's identifier at the same moment leave two, and both are right.
create index sealed_second on oidc.sealed (second_id) where second_id is not null;
create index sealed_expiry on oidc.sealed (expires_at);

-- Stays until the eight hours are over even when ended early: a request that was under way cannot bring an ended session back.
create table oidc.session (
  session_hash bytea primary key,
  session_id uuid not null unique,
  person_id uuid not null,
  grant_ids bytea[] not null default '{}',
  device text not null,
  began_at timestamptz not null,
  ends_at timestamptz not null check (ends_at <= began_at + interval '8 hours'),
  passkey_at timestamptz,
  ended_at timestamptz
);
create index session_person on oidc.session (person_id, ends_at);
create index session_expiry on oidc.session (ends_at);

-- Hashes of what a person held in their own browser and must not use again.
create table oidc.spent (
  hash bytea primary key,
  expires_at timestamptz not null
);
create index spent_expiry on oidc.spent (expires_at);
