-- For whoever has the data folder and gives an organisation a new administrator: at most a handful, for the command to say which it means.
create function organizations.find_named(wanted text) returns table (organization_id uuid)
language sql stable security definer set search_path = '' as $$
  select o.organization_id from organizations.organization o
  where pg_catalog.lower(o.name) = pg_catalog.lower(wanted) or o.organization_id::text = wanted
  order by o.organization_id limit 10
$$;

revoke all on function organizations.find_named(text) from public;
grant execute on function organizations.find_named(text) to portal;
