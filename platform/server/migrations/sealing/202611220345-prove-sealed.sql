-- How many rows hold in their sealed column what cannot be sealed: too short, or text. A sealed value is random bytes, and those are never text by
-- chance. Of a table with very many rows some 20,000 are looked at, other ones each time. Answers a count; nothing of a row leaves the function.
create function sealing.prove_unsealed(tables text[], columns text[]) returns bigint
language plpgsql volatile security definer set search_path = '' as $$
declare
  found bigint := 0;
  few bigint;
  share float8;
begin
  perform set_config('vartio.upkeep', 'on', true);
  for i in 1 .. coalesce(cardinality(tables), 0) loop
    select least(100, 2000000 / greatest(sum(c.reltuples), 1)) into share from pg_class c
      where c.oid = to_regclass(tables[i]) or c.oid in (select h.inhrelid from pg_inherits h where h.inhparent = to_regclass(tables[i]));
    execute format(
      'select count(*) from %1$s t tablesample system (%3$s) where t.%2$I is not null and (length(t.%2$I) < 29
         or encode(substring(t.%2$I from 1 for 200), ''hex'') ~ ''^(([0-7][0-9a-f])|(c[2-9a-f]|d[0-9a-f])[89ab][0-9a-f]|e[0-9a-f]([89ab][0-9a-f]){2}|f[0-4]([89ab][0-9a-f]){3})+([c-f][0-9a-f]([89ab][0-9a-f])*)?$'')',
      to_regclass(tables[i]), columns[i], share) into few;
    found := found + few;
  end loop;
  perform set_config('vartio.upkeep', '', true);
  return found;
end
$$;
