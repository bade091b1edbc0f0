-- An organisation is removed with all that is its own: at most so many of its rows in one table, which go as expired ones do, held ones copied out
-- first. The logs by day stay for their time. Null: the table is not an organisation's, or of the logs.
create function expiry.remove_organization(of_table text, organization uuid, now timestamptz, most int) returns int
language plpgsql volatile security definer set search_path = '' set lock_timeout = '5s' as $$
declare
  rule expiry.rule;
  places tid[];
begin
  select * into rule from expiry.rule r where r.table_name = of_table and r.how <> 'day' and r.organization_column is not null;
  if not found then
    return null;
  end if;
  perform set_config('vartio.upkeep', 'on', true);
  -- A hold is placed before this or after it.
  perform pg_advisory_xact_lock(4713);
  execute format('select array_agg(ctid) from (select t.ctid from only %s t where t.%I = $1 limit %s for update) own',
    of_table::regclass, rule.organization_column, least(most, 10000)) into places using organization;
  perform expiry.copy_out(rule, of_table::regclass::text, coalesce(places, '{}'), least(now, expiry.clock()));
  execute format('delete from only %s t where t.ctid = any ($1)', of_table::regclass) using coalesce(places, '{}');
  perform set_config('vartio.upkeep', '', true);
  return coalesce(cardinality(places), 0);
end
$$;
