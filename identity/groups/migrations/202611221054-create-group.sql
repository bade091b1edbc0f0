-- "group" alone is a word of SQL.
create table groups.named_group (
  group_id uuid primary key,
  name text not null check (length(name) between 1 and 100),
  about text not null check (length(about) <= 1000),
  made_at timestamptz(3) not null
);

-- The group comes first: what an administrator reads is of one group, and whose it is is looked up before it is known.
create table groups.membership (
  group_id uuid not null references groups.named_group (group_id) on delete cascade,
  person_id uuid not null,
  is_administrator boolean not null,
  sealed bytea not null,
  since timestamptz(3) not null,
  primary key (group_id, person_id)
);
create index membership_person on groups.membership (person_id);

create table groups.join_request (
  request_id uuid primary key,
  group_id uuid not null references groups.named_group (group_id) on delete cascade,
  person_id uuid not null,
  sealed bytea not null,
  asked_at timestamptz(3) not null,
  -- Declined; accepted ones become a membership and are gone.
  declined_at timestamptz(3),
  expires_at timestamptz(3) not null
);
-- However often it is asked: once.
create unique index join_request_once on groups.join_request (group_id, person_id);
create index join_request_person on groups.join_request (person_id);
create index join_request_expiry on groups.join_request (expires_at);

-- Who belonged when, and by whose decision (A-26, ID-89). Numbers only: that of somebody who has been erased leads to nobody.
create table groups.log (
  at timestamptz(3) not null,
  entry_id uuid not null,
  group_id uuid not null,
  what text not null check (what in ('made', 'changed', 'asked', 'withdrawn', 'accepted', 'declined', 'removed', 'left', 'appointed', 'stepped-down', 'ended')),
  person_id uuid not null,
  by_id uuid,
  -- Of what has ended: since when it was.
  since timestamptz(3),
  primary key (at, entry_id)
) partition by range (at);
create index log_group on groups.log (group_id, at);
create index log_person on groups.log (person_id);
create table groups.log_rest partition of groups.log default;
revoke update, delete, truncate on groups.log from identity;
revoke all on groups.log_rest from identity;
