-- A policy has levels: organisation, group of devices, device. Each says only what departs from the one above it.
-- The wall around rows holds for whoever migrates as well.
alter table policies.policy no force row level security;
alter table policies.exclusion no force row level security;
-- For that reason the migration before this one met no row: nobody could choose rule sets when these were written, and none was not what they meant.
update policies.policy set settings = settings - 'ruleSets'
where settings -> 'ruleSets' = '[]' and changed_at < (select ran_at from platform.migration where name = '202611220736-all-rule-sets');
alter table policies.policy rename to level;
alter table policies.level rename constraint policy_pkey to level_pkey;
alter table policies.level rename constraint policy_version_check to level_version_check;
alter table policies.level
  add column scope_id uuid,
  add column kind text not null default 'organization' check (kind in ('organization', 'group', 'device')),
  add column locked text[] not null default '{}';
alter table policies.level alter column kind drop default;
update policies.level set scope_id = organization_id;
alter table policies.level alter column scope_id set not null, drop constraint level_pkey, add primary key (organization_id, scope_id);

-- What was chosen as everybody has it departs from nothing.
update policies.level l set settings = (
  select coalesce(jsonb_object_agg(one.key, one.value), '{}') from jsonb_each(l.settings) as one
  where one.value is distinct from '{"profile": "default", "reportOnly": false, "realTime": true, "schedule": null, "unknownContent": "never",
    "cloud": true, "clamd": true, "ruleSets": null}'::jsonb -> one.key);

alter table policies.exclusion add column scope_id uuid;
update policies.exclusion set scope_id = organization_id;
alter table policies.exclusion alter column scope_id set not null;
create index exclusion_of_level on policies.exclusion (organization_id, scope_id);

-- Each state that a level has had. Who made it stands in the audit log, under the number here.
create table policies.change (
  organization_id uuid not null,
  change_id uuid not null,
  scope_id uuid not null,
  version int not null,
  what text not null check (what in ('changed', 'restored', 'pushed', 'exclusion-added', 'exclusion-ended', 'carried-over')),
  settings jsonb not null,
  locked text[] not null,
  -- The older state it went back to.
  restored int,
  -- What was let through, while that lasts.
  exclusion_id uuid,
  audit_id uuid,
  sealed bytea,
  changed_at timestamptz(3) not null,
  primary key (organization_id, change_id),
  unique (organization_id, scope_id, version)
);
create index change_by_age on policies.change (changed_at);
create trigger erase_key after delete on policies.change for each row execute function sealing.erase_key('change_id', 'organization_id');

-- One can go back to how it was before there was a history.
insert into policies.change (organization_id, change_id, scope_id, version, what, settings, locked, changed_at)
select organization_id, gen_random_uuid(), scope_id, version, 'carried-over', settings, locked, changed_at from policies.level;

alter table policies.level force row level security;
alter table policies.exclusion force row level security;
