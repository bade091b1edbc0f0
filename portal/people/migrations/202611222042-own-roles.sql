-- Roles of an organisation's own, beside the three that everybody has.
create table people.role (
  organization_id uuid not null,
  role_id uuid not null,
  name text not null check (length(name) between 1 and 60),
  permissions text[] not null check (cardinality(permissions) between 1 and 60),
  changed_at timestamptz(3) not null,
  primary key (organization_id, role_id)
);
create unique index one_role_of_a_name on people.role (organization_id, lower(name));
-- portal_owner cannot sign in: the policy serves the functions below.
create policy owner_reads on people.role for select to portal_owner using (true);

alter table people.membership add column own_roles uuid[] not null default '{}';
alter table people.membership drop constraint membership_roles_check;
alter table people.membership add constraint membership_roles_check check (
  cardinality(roles) + cardinality(own_roles) between 1 and 20
  and roles <@ array['administrator', 'privacy_officer', 'viewer']);
create index membership_by_own_role on people.membership using gin (own_roles) where own_roles <> '{}';

-- What somebody has: words of the three roles, and '=' with each permission of an own one. Most people have none of those, and nothing is looked up.
create function people.held(organization uuid, roles text[], own uuid[]) returns text[]
language sql stable as $$
  select case when own = '{}' then roles else roles || coalesce((
    select pg_catalog.array_agg(distinct '=' || p) from people.role r cross join lateral pg_catalog.unnest(r.permissions) p
    where r.organization_id = organization and r.role_id = any (own)), '{}') end
$$;

create or replace function people.roles_in(persons uuid[], organizations uuid[]) returns table (n bigint, roles text[])
language sql stable security definer set search_path = '' rows 50 as $$
  select q.n, people.held(m.organization_id, m.roles, m.own_roles)
  from unnest(persons, organizations) with ordinality as q (person_id, organization_id, n)
  cross join lateral (
    select m.organization_id, m.roles, m.own_roles from people.membership m
    where m.organization_id = q.organization_id and m.person_id = q.person_id offset 0) m
$$;

drop function people.memberships_of_person();
create function people.memberships_of_person() returns table (organization_id uuid, roles text[], own_roles uuid[], held text[])
language sql stable security definer set search_path = '' as $$
  select m.organization_id, m.roles, m.own_roles, people.held(m.organization_id, m.roles, m.own_roles) from people.membership m
  where m.person_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
  order by m.joined_at, m.organization_id
$$;

drop function people.holders_of(uuid[], text[], uuid[], int);
create function people.holders_of(organizations uuid[], wanted text[], permission text, among uuid[], most int)
returns table (organization_id uuid, person_id uuid, roles text[])
language sql stable security definer set search_path = '' rows 50 as $$
  select m.organization_id, m.person_id, people.held(m.organization_id, m.roles, m.own_roles) from people.membership m
  where m.organization_id = any (organizations) and (among is null or m.person_id = any (among))
    and (m.roles && wanted or m.own_roles <> '{}' and '=' || permission = any (people.held(m.organization_id, m.roles, m.own_roles)))
  order by m.person_id, m.organization_id limit most
$$;

drop function people.members(uuid[], uuid, int);
create function people.members(ids uuid[], after uuid, most int)
returns table (person_id uuid, sealed bytea, roles text[], own_roles uuid[], joined_at timestamptz, last_seen_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select p.person_id, p.sealed, m.roles, m.own_roles, m.joined_at, m.last_seen_at
  from people.membership m join people.person p on p.person_id = m.person_id
  where m.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
    and (ids is null or m.person_id = any (ids)) and (after is null or m.person_id > after)
  order by m.person_id limit most
$$;

-- What own roles are called; asked for ids that stand in rows which the caller may see.
create function people.role_names_of(ids uuid[]) returns table (role_id uuid, name text)
language sql stable security definer set search_path = '' as $$
  select r.role_id, r.name from people.role r where r.role_id = any (ids)
$$;
