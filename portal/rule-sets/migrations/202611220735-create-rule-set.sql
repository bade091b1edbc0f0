-- Walled by nothing: there is one list for the whole installation, of what others publish.
create table rule_sets.rule_set (
  name text primary key check (name ~ '^[a-z][a-z0-9]{0,30}([._-][a-z0-9]{1,30}){0,3}$'),
  title text not null check (length(title) <= 120),
  licence text not null check (length(licence) <= 100),
  author text check (length(author) <= 200),
  -- Null: it was brought by hand.
  address text check (length(address) <= 1000),
  pinned_sha256 text check (pinned_sha256 ~ '^[0-9a-f]{64}$'),
  is_used boolean not null default false,
  is_real_time boolean not null default true,
  state text not null check (state in ('waiting', 'fetching', 'making', 'ready', 'failed')),
  why text,
  step text,
  done integer not null default 0,
  out_of integer not null default 0,
  asked_at timestamptz(3) not null,
  looked_at timestamptz(3),
  etag text,
  source_sha256 text,
  source_bytes integer not null default 0,
  version bigint not null default 0,
  rules integer not null default 0,
  note text,
  skipped jsonb not null default '[]',
  skipped_count integer not null default 0,
  tried jsonb,
  made_at timestamptz(3)
);

create table rule_sets.source_piece (
  name text not null references rule_sets.rule_set on delete cascade,
  number integer not null check (number between 0 and 127),
  content bytea not null check (length(content) between 1 and 1048576),
  primary key (name, number)
);

create table rule_sets.part (
  name text not null references rule_sets.rule_set on delete cascade,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  content bytea not null check (length(content) between 1 and 2097152),
  primary key (name, sha256)
);
