-- What a partner does with companies (PT-08). Those that are there so far sell and look after, as resellers do.
alter table organizations.organization no force row level security;
alter table organizations.organization
  add column partner_kind text check (partner_kind in ('reseller', 'operator', 'web-store'));
update organizations.organization set partner_kind = 'reseller' where is_partner;
alter table organizations.organization add constraint partner_has_kind check (is_partner = (partner_kind is not null));
alter table organizations.organization force row level security;

-- The tree of the organisation that the transaction sees. Whoever runs this Vartio sees all of it; anybody else of companies only those that have outsourced to
-- it or have nobody yet to decide (PT-02, PT-03).
drop function organizations.list_tree(int);
create function organizations.list_tree(most int)
returns table (organization_id uuid, parent_id uuid, name text, is_provider boolean, is_partner boolean, is_company boolean,
  partner_kind text, has_administrator boolean, created_at timestamptz, activities text[], began_at timestamptz)
language sql stable security definer set search_path = '' as $$
  with mine as (
    select m.organization_id as id, m.is_provider from organizations.organization m
    where m.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid),
  shown as (
    select m.id, 0 as depth from mine m
    union all
    select b.beneath_id, b.depth from mine m join organizations.beneath b on b.organization_id = m.id
    join organizations.organization o on o.organization_id = b.beneath_id
    where m.is_provider or o.is_partner or not o.has_administrator or exists (
      select from organizations.outsourcing s
      where s.organization_id = o.organization_id and s.managing_id = m.id and s.ended_at is null)
    order by depth limit most
  )
  select o.organization_id, o.parent_id, o.name, o.is_provider, o.is_partner, o.is_company, o.partner_kind, o.has_administrator, o.created_at,
    s.activities, s.began_at
  from mine m cross join shown join organizations.organization o on o.organization_id = shown.id
  left join organizations.outsourcing s on s.organization_id = o.organization_id and s.managing_id = m.id and s.ended_at is null
  order by shown.depth, o.name, o.organization_id
$$;

-- Who has outsourced something to the organisation that the transaction sees, right now.
create function organizations.list_managed()
returns table (organization_id uuid, name text, has_administrator boolean, activities text[], began_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select o.organization_id, o.name, o.has_administrator, s.activities, s.began_at
  from organizations.outsourcing s join organizations.organization o on o.organization_id = s.organization_id
  where s.managing_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid and s.ended_at is null
$$;

-- Whether a company once outsourced to one of these and no longer does: whoever is refused is told that it ended, not that there is nothing.
create function organizations.list_ended(company uuid, managers uuid[]) returns table (managing_id uuid, ended_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select s.managing_id, pg_catalog.max(s.ended_at) from organizations.outsourcing s
  where s.organization_id = company and s.managing_id = any (managers)
  group by s.managing_id having pg_catalog.bool_and(s.ended_at is not null)
$$;

-- What limits an agreement: which kind of partner somebody above the company is.
drop function organizations.list_above();
create function organizations.list_above()
returns table (organization_id uuid, name text, is_provider boolean, is_partner boolean, is_company boolean, partner_kind text)
language sql stable security definer set search_path = '' as $$
  select o.organization_id, o.name, o.is_provider, o.is_partner, o.is_company, o.partner_kind
  from organizations.beneath b join organizations.organization o on o.organization_id = b.organization_id
  where b.beneath_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
  order by b.depth
$$;
revoke all on function organizations.list_tree(int), organizations.list_managed(), organizations.list_ended(uuid, uuid[]), organizations.list_above() from public;
grant execute on function organizations.list_tree(int), organizations.list_managed(), organizations.list_ended(uuid, uuid[]), organizations.list_above() to portal;
