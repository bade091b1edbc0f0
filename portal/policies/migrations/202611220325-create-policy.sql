create table policies.policy (
  organization_id uuid primary key,
  version int not null check (version > 0),
  settings jsonb not null,
  changed_at timestamptz(3) not null
);

create table policies.exclusion (
  organization_id uuid not null,
  exclusion_id uuid not null,
  kind text not null check (kind in ('path', 'sha256', 'rule')),
  sealed bytea not null,
  created_at timestamptz(3) not null,
  until timestamptz(3) not null,
  primary key (organization_id, exclusion_id)
);
create index exclusion_by_end on policies.exclusion (until);
create trigger erase_key after delete on policies.exclusion for each row execute function sealing.erase_key('exclusion_id', 'organization_id');
