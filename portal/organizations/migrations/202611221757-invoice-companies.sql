-- Whom the organisation that the transaction sees may invoice: whoever runs this Vartio all, anybody else those that have agreed to it.
create function organizations.list_invoiced() returns table (organization_id uuid, name text)
language sql stable security definer set search_path = '' as $$
  select o.organization_id, o.name
  from organizations.organization m join organizations.beneath b on b.organization_id = m.organization_id
  join organizations.organization o on o.organization_id = b.beneath_id
  where m.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid and o.is_company
    and (m.is_provider or exists (
      select from organizations.outsourcing s
      where s.organization_id = o.organization_id and s.managing_id = m.organization_id and s.ended_at is null
        and 'invoicing' = any (s.activities)))
$$;

-- Who may sell to the organisation that the transaction sees: whoever created it, and whoever runs this Vartio.
create function organizations.list_sellers() returns table (organization_id uuid, partner_kind text)
language sql stable security definer set search_path = '' as $$
  select o.organization_id, o.partner_kind
  from organizations.beneath b join organizations.organization o on o.organization_id = b.organization_id
  where b.beneath_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid and (b.depth = 1 or o.is_provider)
$$;
revoke all on function organizations.list_invoiced(), organizations.list_sellers() from public;
grant execute on function organizations.list_invoiced(), organizations.list_sellers() to portal;
