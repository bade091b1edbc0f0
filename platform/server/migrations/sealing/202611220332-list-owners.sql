-- After a restore: whose rows there are, in order, so that those can be found whose keys are gone. Only of tables with sealed rows.
create function sealing.owners_of(tables text[], owner_columns text[], behind uuid, most int) returns setof uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  parts text := '';
begin
  perform set_config('vartio.upkeep', 'on', true);
  for i in 1 .. coalesce(cardinality(tables), 0) loop
    if not exists (select 1 from pg_attribute a where a.attrelid = to_regclass(tables[i]) and a.attname = 'sealed' and not a.attisdropped) then
      raise exception '% has no sealed rows', tables[i];
    end if;
    parts := parts || case when i = 1 then '' else ' union all ' end
      || format('(select distinct t.%1$I as owner from %2$s t where t.%1$I > $1 order by 1 limit $2)', owner_columns[i], tables[i]::regclass);
  end loop;
  if parts <> '' then
    return query execute format('select distinct p.owner from (%s) p order by 1 limit $2', parts) using behind, least(most, 10000);
  end if;
  perform set_config('vartio.upkeep', '', true);
end
$$;
