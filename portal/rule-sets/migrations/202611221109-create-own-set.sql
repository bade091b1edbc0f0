-- Rules that one organisation has written for its own devices. Nobody else sees them, and they never reach the Cloud.
create table rule_sets.own_set (
  organization_id uuid not null,
  set_id uuid not null,
  name text not null check (name ~ '^company([.-][a-z0-9]{1,30}){1,3}$'),
  title text not null check (length(title) <= 120),
  is_used boolean not null default true,
  state text not null check (state in ('making', 'ready', 'failed')),
  why text,
  step text,
  done integer not null default 0,
  out_of integer not null default 0,
  asked_at timestamptz(3) not null,
  content bytea not null check (length(content) between 1 and 1048576),
  -- What devices are told, by the clock; and how many there have been, for people.
  version bigint not null default 0,
  edition integer not null default 0,
  rules integer not null default 0,
  note text,
  skipped jsonb not null default '[]',
  skipped_count integer not null default 0,
  tried jsonb,
  made_at timestamptz(3),
  primary key (organization_id, set_id),
  unique (organization_id, name)
);
create index own_set_being_made on rule_sets.own_set (asked_at) where state = 'making';

create table rule_sets.own_part (
  organization_id uuid not null,
  set_id uuid not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  content bytea not null check (length(content) between 1 and 2097152),
  primary key (organization_id, set_id, sha256),
  foreign key (organization_id, set_id) references rule_sets.own_set on delete cascade
);

-- What is to be made ready, whoever it is of: the work goes through all organisations, the rules themselves are read within each.
-- portal_owner cannot sign in: the policy serves the function.
create policy owner_reads on rule_sets.own_set for select to portal_owner using (true);
create function rule_sets.find_making() returns table (organization_id uuid, set_id uuid)
language sql stable security definer set search_path = '' as $$
  select s.organization_id, s.set_id from rule_sets.own_set s where s.state = 'making' order by s.asked_at, s.set_id limit 50
$$;

revoke all on function rule_sets.find_making() from public;
grant execute on function rule_sets.find_making() to portal;
