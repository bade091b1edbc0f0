-- Whether somebody with this address is a member of the organisation that the transaction sees.
create function people.has_member_at(address text) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select 1 from people.membership m join people.person p on p.person_id = m.person_id
    where m.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
      and pg_catalog.lower(p.email) = pg_catalog.lower(address))
$$;
