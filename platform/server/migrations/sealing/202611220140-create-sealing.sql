-- What lay in plain columns before they were sealed. A migration has no keys, so it moves it here; the program seals it before it next listens, and
-- empties this table. A Vartio that was begun after that never has a row here.
create table sealing.plain (
  plain_id bigint generated always as identity primary key,
  of_table text not null,
  place jsonb not null,
  fields jsonb not null
);
create index plain_of_table on sealing.plain (of_table, plain_id);

do $$ begin
  execute pg_catalog.format('revoke insert, update on sealing.plain from %I', pg_catalog.regexp_replace(current_user, '_owner$', ''));
end $$;

-- A deleted row stays in its file until something else is written over it; an emptied table gets a new file. Answers whether it was empty.
create function sealing.empty_plain() returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  lock table sealing.plain in access exclusive mode;
  if exists (select 1 from sealing.plain) then return false; end if;
  truncate sealing.plain;
  return true;
end
$$;

-- Owners whose row is gone, whatever deleted it, and whose key is still to be erased: written in the transaction that deletes, taken out when the
-- key store has let go. The column of the owner, and of its organisation where there is one, are arguments of the trigger.
create table sealing.erasure (
  erasure_id bigint generated always as identity primary key,
  of_table text not null,
  owner_id uuid not null,
  scope_id uuid
);
create function sealing.erase_key() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into sealing.erasure (of_table, owner_id, scope_id)
  values (tg_table_schema || '.' || tg_table_name, (to_jsonb(old) ->> tg_argv[0])::uuid, (to_jsonb(old) ->> tg_argv[1])::uuid);
  return null;
end
$$;
do $$ begin
  execute pg_catalog.format('revoke insert, update on sealing.erasure from %I', pg_catalog.regexp_replace(current_user, '_owner$', ''));
end $$;
