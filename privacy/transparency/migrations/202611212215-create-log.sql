-- A log that only grows. What has a place in it is never changed: the running program has no right to update or delete.

create table transparency.waiting (
  place bigint generated always as identity primary key,
  entry_id uuid not null unique,
  entry bytea not null check (length(entry) between 1 and 4096)
);
revoke update, truncate on transparency.waiting from privacy;

create table transparency.entry (
  entry_index bigint primary key check (entry_index >= 0),
  -- However often it is sent: once in the log.
  entry_id uuid not null unique,
  entry bytea not null check (length(entry) between 1 and 4096)
);

create table transparency.subtree (
  level smallint not null check (level between 0 and 6),
  position bigint not null check (position >= 0),
  hash bytea not null check (length(hash) = 32),
  primary key (level, position)
);

create table transparency.checkpoint (
  -- The key of the table is what keeps a log honest: never two roots for one size.
  size bigint primary key check (size >= 0),
  root bytea not null check (length(root) = 32),
  key_id text not null check (key_id ~ '^[0-9a-f]{8}$'),
  signed text not null check (length(signed) <= 1000),
  signed_at timestamptz(0) not null
);

revoke update, delete, truncate on transparency.entry, transparency.subtree, transparency.checkpoint from privacy;
