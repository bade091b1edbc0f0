-- Somebody else who says who a person is, as agreed with them by the provider's staff.
create table upstream.upstream (
  upstream_id text primary key check (upstream_id ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
  state text not null check (state in ('test', 'in-force', 'off')),
  name text not null check (length(name) between 1 and 60),
  preset text not null check (preset in ('google', 'microsoft', 'generic')),
  issuer text not null check (length(issuer) between 1 and 300),
  client_id text not null check (length(client_id) between 1 and 255),
  authentication text not null check (authentication in ('client_secret_basic', 'client_secret_post', 'private_key_jwt')),
  -- Sealed with a key of the root, as is the private half of our key: the database alone can pose as nobody.
  secret bytea,
  private_key bytea not null,
  public_key jsonb not null,
  uses text[] not null check (uses <@ '{identify,sign-in,register}'),
  claims jsonb not null,
  made_at timestamptz not null,
  changed_at timestamptz not null
);

-- That whoever an upstream calls so is the holder of this account: proved by both at the same moment, never by an equal address.
create table upstream.link (
  link_id uuid primary key,
  person_id uuid not null,
  upstream_id text not null references upstream.upstream (upstream_id) on delete cascade,
  subject_token int8 not null,
  sealed bytea not null,
  made_at timestamptz not null,
  used_at timestamptz
);
create unique index link_subject on upstream.link (upstream_id, subject_token);
create index link_person on upstream.link (person_id);
