-- Policies that a partner has named and made ready, to be pushed to many companies. Names and reasons are its own words.
create table standards.standard (
  organization_id uuid not null,
  standard_id uuid not null,
  version int not null check (version > 0),
  sealed bytea not null,
  created_at timestamptz(3) not null,
  changed_at timestamptz(3) not null,
  primary key (organization_id, standard_id)
);
create trigger erase_key after delete on standards.standard for each row execute function sealing.erase_key('standard_id', 'organization_id');

-- Who made it stands in the audit log, under the number here.
create table standards.version (
  organization_id uuid not null,
  version_id uuid not null,
  standard_id uuid not null,
  version int not null check (version > 0),
  settings jsonb not null,
  locked text[] not null,
  audit_id uuid not null,
  sealed bytea,
  made_at timestamptz(3) not null,
  primary key (organization_id, version_id),
  unique (organization_id, standard_id, version),
  foreign key (organization_id, standard_id) references standards.standard (organization_id, standard_id) on delete cascade
);
create trigger erase_key after delete on standards.version for each row execute function sealing.erase_key('version_id', 'organization_id');

-- A version pushed to chosen companies: it goes on one by one, can be stopped, and undone.
create table standards.push (
  organization_id uuid not null,
  push_id uuid not null,
  standard_id uuid not null,
  version int not null,
  state text not null check (state in ('running', 'done', 'stopped', 'undoing', 'undone')),
  total int not null,
  done int not null default 0,
  skipped int not null default 0,
  undone int not null default 0,
  -- Nobody: a command.
  asked_by uuid,
  sealed bytea,
  created_at timestamptz(3) not null,
  ended_at timestamptz(3),
  primary key (organization_id, push_id),
  foreign key (organization_id, standard_id) references standards.standard (organization_id, standard_id) on delete cascade
);
create index push_by_age on standards.push (created_at);
create index push_of_standard on standards.push (organization_id, standard_id);
create trigger erase_key after delete on standards.push for each row execute function sealing.erase_key('push_id', 'organization_id');

create table standards.push_item (
  organization_id uuid not null,
  push_id uuid not null,
  company_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'skipped', 'undone', 'kept')),
  -- Why it was skipped, or not taken back.
  why text check (why in ('ended', 'not-allowed', 'changed')),
  applied_id uuid,
  level_version int,
  version_before int,
  primary key (organization_id, push_id, company_id),
  foreign key (organization_id, push_id) references standards.push (organization_id, push_id) on delete cascade
);
create index push_item_by_state on standards.push_item (organization_id, push_id, state, company_id);

-- The company's own: which standard its policy came from. The newest holds; it stays readable when the one who pushed it no longer looks after the company.
create table standards.applied (
  organization_id uuid not null,
  applied_id uuid not null,
  managing_id uuid not null,
  standard_id uuid not null,
  version int not null,
  level_version int not null,
  settings jsonb not null,
  locked text[] not null,
  sealed bytea not null,
  applied_at timestamptz(3) not null,
  primary key (organization_id, applied_id)
);
create trigger erase_key after delete on standards.applied for each row execute function sealing.erase_key('applied_id', 'organization_id');

-- portal_owner cannot sign in: this policy serves the function below, which is asked for companies that have outsourced to whoever asks.
create policy owner_reads on standards.applied for select to portal_owner using (true);
create function standards.applied_of(ids uuid[])
returns table (organization_id uuid, managing_id uuid, standard_id uuid, version int, settings jsonb, locked text[], applied_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select newest.* from unnest(ids) as wanted (id)
  cross join lateral (
    select a.organization_id, a.managing_id, a.standard_id, a.version, a.settings, a.locked, a.applied_at from standards.applied a
    where a.organization_id = wanted.id order by a.applied_id desc limit 1) newest
$$;
revoke all on function standards.applied_of(uuid[]) from public;
grant execute on function standards.applied_of(uuid[]) to portal;
