-- Whose these devices are: of all that ask at one moment in one statement. Each is a look-up by key: without `offset 0` the planner, which cannot know how many
-- there are, may read every device.
create function devices.find_keys(devices uuid[]) returns table (device_id uuid, organization_id uuid, public_key bytea)
language sql stable security definer set search_path = '' as $$
  select found.* from pg_catalog.unnest(devices) as asked (id)
  cross join lateral (
    select d.device_id, d.organization_id, d.public_key from devices.device d where d.device_id = asked.id offset 0) found
$$;
drop function devices.find_key(uuid);
