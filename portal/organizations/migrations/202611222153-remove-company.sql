-- Companies that the organisation which the transaction sees has added; and who added the one that it sees.
create function organizations.list_added(most int) returns table (organization_id uuid, name text)
language sql stable security definer set search_path = '' as $$
  select o.organization_id, o.name from organizations.organization o
  where o.parent_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid and o.is_company and not o.is_partner
  order by o.name, o.organization_id limit most
$$;
create function organizations.find_adder() returns table (organization_id uuid, partner_kind text)
language sql stable security definer set search_path = '' as $$
  select p.organization_id, p.partner_kind
  from organizations.organization o join organizations.organization p on p.organization_id = o.parent_id
  where o.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
    and o.is_company and not o.is_provider and not o.is_partner
$$;

-- The last of a company that is removed: its place in the tree and itself, once nothing else of it is left.
create policy owner_removes on organizations.organization for delete to portal_owner using (true);
create policy owner_ends on organizations.outsourcing for delete to portal_owner using (true);
create function organizations.remove_company() returns boolean
language sql security definer set search_path = '' as $$
  with tree as (
    delete from organizations.beneath b
    where b.beneath_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
  ), gone as (
    delete from organizations.organization o
    where o.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
      and o.is_company and not o.is_provider and not o.is_partner returning 1
  )
  select exists (select 1 from gone)
$$;
revoke all on function organizations.list_added(int), organizations.find_adder(), organizations.remove_company() from public;
grant execute on function organizations.list_added(int), organizations.find_adder(), organizations.remove_company() to portal;
