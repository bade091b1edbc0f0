-- As an area with devices would make its table, and beside it the same with nothing sealed.
create table appliances.device (
  organization_id uuid not null,
  device_id uuid not null,
  sealed bytea not null,
  serial_token int8 not null,
  name_tokens int2[] not null,
  last_seen timestamptz(3) not null,
  platform text not null,
  primary key (organization_id, device_id)
);
create index device_by_seen on appliances.device (organization_id, last_seen desc, device_id);
create index device_by_serial on appliances.device (organization_id, serial_token);
create index device_by_name on appliances.device using gin (sealing.scoped_tokens(organization_id, name_tokens)) with (fastupdate = off);

-- portal_owner cannot sign in: the policy serves this function, which names the organisation itself. Row-level security would switch the index off.
create policy searcher on appliances.device for select to portal_owner using (true);
create function appliances.search(tokens int2[], seen_before timestamptz, behind uuid, most int) returns setof appliances.device
language sql stable security definer set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
  select * from appliances.device d
  where d.organization_id = (select nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid)
    and sealing.scoped_tokens(d.organization_id, d.name_tokens) operator(pg_catalog.@>)
      sealing.scoped_tokens(nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid, tokens)
    and (seen_before is null or (d.last_seen, d.device_id) < (seen_before, behind))
  order by d.last_seen desc, d.device_id desc limit most
$$;

create extension if not exists pg_trgm schema public;
create extension if not exists btree_gin schema public;
create table appliances.plain (
  organization_id uuid not null,
  device_id uuid not null,
  name text not null,
  serial text not null,
  ip text not null,
  last_seen timestamptz(3) not null,
  platform text not null,
  primary key (organization_id, device_id)
);
create index plain_by_seen on appliances.plain (organization_id, last_seen desc, device_id);
create index plain_by_name on appliances.plain (organization_id, name, device_id);
create index plain_by_serial on appliances.plain (organization_id, serial);
create index plain_by_part on appliances.plain using gin (organization_id, name public.gin_trgm_ops) with (fastupdate = off);
create policy searcher on appliances.plain for select to portal_owner using (true);
create function appliances.search_plain(part text, most int) returns setof appliances.plain
language sql stable security definer set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
  select * from appliances.plain d
  where d.organization_id = (select nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid)
    and d.name operator(pg_catalog.~~*) part
  order by d.last_seen desc, d.device_id desc limit most
$$;
