-- A keyed number of what a device told last, where that is all that there is to tell: null when it has to be gone through again.
alter table devices.device add column told int8;

-- Of those that check in at one moment, who tells the same as before and has nothing to do. portal_owner cannot sign in: the policies serve the functions.
create policy owner_reads on devices.action for select to portal_owner using (true);
create function devices.unchanged(devices uuid[], told int8[], at timestamptz)
returns table (device_id uuid, group_id uuid, last_seen_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select found.device_id, found.group_id, found.last_seen_at from unnest(devices, told) as asked (id, told)
  cross join lateral (
    select d.organization_id, d.device_id, d.group_id, d.last_seen_at from devices.device d
    where d.device_id = asked.id and d.told = asked.told offset 0) found
  where not exists (
    select 1 from devices.action a
    where a.organization_id = found.organization_id and a.device_id = found.device_id and a.ended_at is null and a.expires_at > at)
$$;

-- That they were heard of, and nothing else.
create policy owner_marks on devices.device for update to portal_owner using (true) with check (true);
create function devices.seen(devices uuid[], at timestamptz) returns void
language sql security definer set search_path = '' as $$
  update devices.device d set last_seen_at = at
  from (select id from pg_catalog.unnest(devices) as asked (id) order by id) asked where d.device_id = asked.id and d.last_seen_at < at
$$;
