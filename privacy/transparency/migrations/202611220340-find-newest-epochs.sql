-- The newest epoch of each key store, as the log says, and as it will say within a second. Few entries among many: hence an index of their own.
create index entry_keys_renewed on transparency.entry (entry_index)
  where substring(entry from 1 for 22) = '{"kind":"keys-renewed"'::bytea;

create function transparency.newest_epochs() returns table (store_id uuid, epoch int)
language sql stable set search_path = '' as $$
  with renewed as (
    select pg_catalog.convert_from(e.entry, 'UTF8')::jsonb as entry from transparency.entry e
    where substring(e.entry from 1 for 22) = '{"kind":"keys-renewed"'::bytea
    union all
    select pg_catalog.convert_from(w.entry, 'UTF8')::jsonb from transparency.waiting w
    where substring(w.entry from 1 for 22) = '{"kind":"keys-renewed"'::bytea
  )
  select (r.entry ->> 'store')::uuid, max((r.entry ->> 'epoch')::int) from renewed r group by 1
$$;
