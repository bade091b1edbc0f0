-- What is held is held as it was sealed: the key of its owner, and that of its day, goes when the hold has ended.
alter table sealing.erasure add column owner_column text not null default 'person_id';
alter table sealing.erasure alter column owner_column drop default;
create or replace function sealing.erase_key() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into sealing.erasure (of_table, owner_column, owner_id, scope_id)
  values (tg_table_schema || '.' || tg_table_name, tg_argv[0], (to_jsonb(old) ->> tg_argv[0])::uuid, (to_jsonb(old) ->> tg_argv[1])::uuid);
  return null;
end
$$;

create function sealing.due_erasures(most int) returns table (erasure_id bigint, of_table text, owner_id uuid, scope_id uuid)
language sql stable security definer set search_path = '' as $$
  select x.erasure_id, x.of_table, x.owner_id, x.scope_id from sealing.erasure x
  where not exists (select 1 from expiry.held e where e.person_ids @> array[x.owner_id])
    and not exists (select 1 from expiry.held e where e.table_name = x.of_table and e.content ->> x.owner_column = x.owner_id::text)
  order by x.erasure_id limit most
$$;

-- Days of a log of which a row is held.
create function sealing.held_days(in_table text, time_column text) returns setof timestamptz
language sql stable security definer set search_path = '' as $$
  select distinct pg_catalog.date_trunc('day', (e.content ->> time_column)::timestamptz, 'UTC') from expiry.held e where e.table_name = in_table
$$;
