-- Nobody waits for the disk to have it: what a crash of the server could lose is when a device was last seen, of the last half second.
create or replace function devices.seen(devices uuid[], at timestamptz) returns void
language sql security definer set search_path = '' as $$
  select pg_catalog.set_config('synchronous_commit', 'off', true);
  update devices.device d set last_seen_at = at
  from (select id from pg_catalog.unnest(devices) as asked (id) order by id) asked where d.device_id = asked.id and d.last_seen_at < at
$$;
