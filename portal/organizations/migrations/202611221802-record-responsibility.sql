-- Each partner and company answers itself for its own processing, under its own policy (PT-10): from the day it is here. What it says of
-- that itself is here; a row that is not there says nothing yet.
create table organizations.responsibility (
  organization_id uuid primary key references organizations.organization (organization_id),
  policy_url text check (policy_url ~ '^https://' and length(policy_url) <= 500),
  grounds text check (length(grounds) between 1 and 2000),
  changed_at timestamptz(3) not null
);
create policy owner on organizations.responsibility for select to portal_owner using (true);

-- Of organisations that somebody has to do with: what they say of their own processing, and since when they are here.
create function organizations.responsibilities(ids uuid[])
returns table (organization_id uuid, name text, is_provider boolean, partner_kind text, since timestamptz, policy_url text, grounds text)
language sql stable security definer set search_path = '' as $$
  select o.organization_id, o.name, o.is_provider, o.partner_kind, o.created_at, r.policy_url, r.grounds
  from organizations.organization o left join organizations.responsibility r on r.organization_id = o.organization_id
  where o.organization_id = any (ids)
$$;

-- How many of those beneath the organisation that the transaction sees have nobody to decide for them: of whoever runs this Vartio all, else those it added.
create function organizations.count_alone() returns int
language sql stable security definer set search_path = '' as $$
  select pg_catalog.count(*)::int
  from organizations.organization m join organizations.beneath b on b.organization_id = m.organization_id
  join organizations.organization o on o.organization_id = b.beneath_id
  where m.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
    and (m.is_provider or b.depth = 1) and not o.has_administrator
$$;
revoke all on function organizations.responsibilities(uuid[]), organizations.count_alone() from public;
grant execute on function organizations.responsibilities(uuid[]), organizations.count_alone() to portal;
