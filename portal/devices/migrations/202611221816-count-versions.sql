-- How many devices run each version of the agent, over all companies: counts for whoever runs this Vartio, and of nobody.
create function devices.count_versions() returns table (version text, devices bigint)
language sql stable security definer set search_path = '' as $$
  select agent_version, pg_catalog.count(*) from devices.device group by agent_version order by 2 desc, 1 limit 50
$$;
revoke all on function devices.count_versions() from public;
grant execute on function devices.count_versions() to portal;
