-- EP-34, EP-35: in which language devices are is for whoever runs this Vartio alone: a count, of no organisation and no device.
create function devices.count_languages() returns table (language text, devices int)
language sql stable security definer set search_path = '' as $$
  select d.language, pg_catalog.count(*)::int from devices.device d group by d.language order by 2 desc, 1
$$;
revoke all on function devices.count_languages() from public;
grant execute on function devices.count_languages() to portal;
