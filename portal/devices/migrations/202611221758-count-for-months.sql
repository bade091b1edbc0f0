-- How many devices each organisation has, for the counts of months: a number for each, asked by a job.
create function devices.count_by_organization() returns table (organization_id uuid, devices int)
language sql stable security definer set search_path = '' as $$
  select d.organization_id, pg_catalog.count(*)::int from devices.device d group by d.organization_id
$$;
revoke all on function devices.count_by_organization() from public;
grant execute on function devices.count_by_organization() to portal;
