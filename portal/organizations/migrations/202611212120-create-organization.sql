create table organizations.organization (
  organization_id uuid primary key,
  parent_id uuid references organizations.organization (organization_id),
  name text not null check (length(name) between 1 and 200),
  is_provider boolean not null default false,
  is_partner boolean not null default false,
  is_company boolean not null default false,
  -- Kept by people. While it is false, whoever created the organisation decides for it about outsourcing.
  has_administrator boolean not null default false,
  created_at timestamptz(3) not null,
  check (is_provider or is_partner or is_company),
  check (is_provider = (parent_id is null))
);
-- Only one set-up can win, however many run at once.
create unique index only_one_provider on organizations.organization (is_provider) where is_provider;
create index organization_by_parent on organizations.organization (parent_id);

-- Read model of the organisation above: everything beneath it, at whatever depth. The tree only grows.
create table organizations.beneath (
  organization_id uuid not null references organizations.organization (organization_id),
  beneath_id uuid not null references organizations.organization (organization_id),
  depth int not null check (depth between 1 and 10),
  primary key (organization_id, beneath_id)
);
create index beneath_by_beneath on organizations.beneath (beneath_id);

-- Belongs to the company that hands something over: only its rows say what the other may.
create table organizations.outsourcing (
  organization_id uuid not null references organizations.organization (organization_id),
  managing_id uuid not null references organizations.organization (organization_id),
  began_at timestamptz(3) not null,
  activities text[] not null check (cardinality(activities) between 1 and 10),
  ended_at timestamptz(3),
  primary key (organization_id, managing_id, began_at),
  check (organization_id <> managing_id),
  check (ended_at >= began_at)
);
create unique index one_running_outsourcing on organizations.outsourcing (organization_id, managing_id) where ended_at is null;
create index outsourcing_by_managing on organizations.outsourcing (managing_id) where ended_at is null;

create table organizations.controller (
  organization_id uuid primary key references organizations.organization (organization_id),
  name text not null,
  business_id text,
  postal_address text not null,
  contact_email text not null,
  data_protection_officer text
);

-- portal_owner cannot sign in: these policies serve the functions below, which are the only doors in the wall between organisations.
create policy owner on organizations.organization for select to portal_owner using (true);
create policy owner on organizations.beneath to portal_owner using (true) with check (true);
create policy owner on organizations.outsourcing for select to portal_owner using (true);

-- What organisations are called and which kinds they are; no more of them.
create function organizations.describe(ids uuid[])
returns table (organization_id uuid, name text, is_provider boolean, is_partner boolean, is_company boolean)
language sql stable security definer set search_path = '' as $$
  select o.organization_id, o.name, o.is_provider, o.is_partner, o.is_company
  from organizations.organization o where o.organization_id = any (ids)
$$;

create function organizations.has_provider() returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select 1 from organizations.organization where is_provider)
$$;

-- The authority of one organisation in another, read on every request.
create function organizations.managers_of(company uuid) returns table (managing_id uuid, activities text[])
language sql stable security definer set search_path = '' rows 2 as $$
  select o.managing_id, o.activities from organizations.outsourcing o where o.organization_id = company and o.ended_at is null
$$;

-- The tree of the organisation that the transaction sees: itself and what lies beneath it, parents before children.
create function organizations.list_tree(most int)
returns table (organization_id uuid, parent_id uuid, name text, is_provider boolean, is_partner boolean, is_company boolean,
  has_administrator boolean, created_at timestamptz, activities text[], began_at timestamptz)
language sql stable security definer set search_path = '' as $$
  with mine as (select nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid as id),
  shown as (
    select m.id, 0 as depth from mine m
    union all
    select b.beneath_id, b.depth from mine m join organizations.beneath b on b.organization_id = m.id
    order by depth limit most
  )
  select o.organization_id, o.parent_id, o.name, o.is_provider, o.is_partner, o.is_company, o.has_administrator, o.created_at,
    s.activities, s.began_at
  from mine m cross join shown join organizations.organization o on o.organization_id = shown.id
  left join organizations.outsourcing s on s.organization_id = o.organization_id and s.managing_id = m.id and s.ended_at is null
  order by shown.depth, o.name, o.organization_id
$$;

-- Those above the organisation that the transaction sees, nearest first, with what it has handed to them.
create function organizations.list_above()
returns table (organization_id uuid, name text, is_provider boolean, is_partner boolean, is_company boolean)
language sql stable security definer set search_path = '' as $$
  select o.organization_id, o.name, o.is_provider, o.is_partner, o.is_company
  from organizations.beneath b join organizations.organization o on o.organization_id = b.organization_id
  where b.beneath_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
  order by b.depth
$$;

-- Hangs a new organisation, which the transaction sees, beneath its parent and all above it. Once only.
create function organizations.hang_beneath_parent() returns void
language sql security definer set search_path = '' as $$
  insert into organizations.beneath (organization_id, beneath_id, depth)
  select above.organization_id, o.organization_id, above.depth
  from organizations.organization o
  cross join lateral (
    select o.parent_id as organization_id, 1 as depth
    union all
    select b.organization_id, b.depth + 1 from organizations.beneath b where b.beneath_id = o.parent_id
  ) above
  where o.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid and o.parent_id is not null
$$;
