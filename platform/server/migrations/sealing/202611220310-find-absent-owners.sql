-- Which of these owners no sealed table has a row of: a key was made for them, and the transaction that should have used it was undone. Asked for
-- the tables of the descriptions; others than those with sealed rows are refused. Owners whose erasure waits are left to it.
create function sealing.absent(owners uuid[], in_scope uuid, tables text[], owner_columns text[], scope_columns text[]) returns setof uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  missing uuid[];
  present uuid[];
begin
  perform set_config('vartio.upkeep', 'on', true);
  missing := array(select o from unnest(owners) o except select x.owner_id from sealing.erasure x);
  for i in 1 .. coalesce(cardinality(tables), 0) loop
    if not exists (select 1 from pg_attribute a where a.attrelid = to_regclass(tables[i]) and a.attname = 'sealed' and not a.attisdropped) then
      raise exception '% has no sealed rows', tables[i];
    end if;
    execute format('select array_agg(distinct t.%1$I) from %2$s t where t.%1$I = any ($1)%3$s', owner_columns[i], tables[i]::regclass,
      case when scope_columns[i] is null then '' else format(' and t.%I = $2', scope_columns[i]) end)
      into present using missing, in_scope;
    missing := array(select m from unnest(missing) m except select p from unnest(present) p);
  end loop;
  perform set_config('vartio.upkeep', '', true);
  return query select m from unnest(missing) m;
end
$$;
