-- On which grounds rows of a person in a table may not be erased now. Of a hold that is not told only that the law demands it.
create or replace function expiry.grounds_on(of_table text, person uuid, now timestamptz) returns setof text
language plpgsql stable security definer set search_path = '' set timezone = 'UTC' as $$
declare
  rule expiry.rule;
begin
  -- What was copied out stays readable as well: it is sealed with the key of its person.
  if of_table = 'expiry.held' then
    return query select distinct case when h.is_told then h.ground else 'law' end from expiry.held e join expiry.hold h on h.hold_id = e.hold_id
      where e.person_ids @> array[person] and h.ends_at > now and h.ground <> 'restriction';
    return;
  end if;
  perform set_config('vartio.upkeep', 'on', true);
  select r.* into rule from expiry.rule r where r.table_name = of_table;
  if cardinality(rule.person_columns) > 0 then
    return query execute format(
      'with own as (select t.* from %s t where $1 in (%s))
       select distinct case when h.is_told then h.ground else ''law'' end from expiry.hold h where h.ends_at > $2 and h.ground <> ''restriction'' and exists (select 1 from own t where %s)%s',
      of_table::regclass, (select string_agg(format('t.%I', c), ', ') from unnest(rule.person_columns) c), expiry.covers(rule),
      (select string_agg(format(' union select %L where exists (select 1 from own t where t.%I > $2)', g, s), '')
        from unnest(rule.standing, rule.standing_grounds) as u (s, g))) using person, now;
  end if;
  perform set_config('vartio.upkeep', '', true);
end
$$;
