-- Expiry by rule: each program's keep.sql, made from data.ts of its areas, says how long the rows of every table are kept. The running
-- program may have it carried out and may see what is left; it can change no rule, and what expires is decided by the database's own clock.

create table expiry.rule (
  table_name text primary key,
  -- row: each at its own time. day: with the partition of its day. with: when what it belongs to goes. library: a schema of its library's.
  how text not null check (how in ('row', 'day', 'with', 'until', 'forever', 'library')),
  starts text,
  period interval,
  slack interval not null default '0',
  anchor text,
  anchor_key text[],
  check (how in ('row', 'day') = (starts is not null and period is not null)),
  check ((anchor is null) = (anchor_key is null) and (how = 'with' or anchor is null)),
  check (how <> 'day' or slack = interval '0')
);

-- How far each table has been expired.
create table expiry.run (
  table_name text primary key,
  expired_to timestamptz not null
);

do $$
begin
  execute format('revoke insert, update, delete on expiry.rule, expiry.run from %I', regexp_replace(current_user, '_owner$', ''));
end
$$;

-- A program that has been taken over could name a day far ahead. The tests put their own clock here.
create function expiry.clock() returns timestamptz
language sql volatile set search_path = '' as $$ select pg_catalog.clock_timestamp() $$;

-- What a row `t` is past when it is due, as SQL. A month after 31 January is in February, so the sum decides; what can be found in an index
-- stands before it and is at most three days too wide.
create function expiry.is_due(rule expiry.rule, until timestamptz) returns text
language sql immutable set search_path = '' as $$
  select format('(t.%1$I <= %3$L::timestamptz - %2$L::interval + interval ''4 days'' and t.%1$I + %2$L::interval <= %3$L::timestamptz)',
    (rule).starts, (rule).period, until)
$$;

-- Deletes at most so many rows that are past their deadline, of a table by row or of the rest of one by day. Answers how many.
create function expiry.expire_rows(of_table text, now timestamptz, most int) returns int
language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set lock_timeout = '5s' as $$
declare
  rule expiry.rule;
  until timestamptz := least(now, expiry.clock());
  source text;
  gone int;
begin
  select * into strict rule from expiry.rule r where r.table_name = of_table and r.how in ('row', 'day');
  perform set_config('vartio.upkeep', 'on', true);
  -- Two at once: the second finds less.
  perform pg_advisory_xact_lock(4713);
  source := of_table::regclass::text;
  if rule.how = 'day' then
    source := (of_table || '_rest')::regclass::text;
    -- As whole days go: one day before the limit, so that no row outlives it.
    until := until + interval '1 day';
  end if;
  execute format(
    'with due as (select t.ctid from only %1$s t where %2$s limit %3$s for update skip locked)
     delete from only %1$s t using due where t.ctid = due.ctid', source, expiry.is_due(rule, until), least(most, 10000));
  get diagnostics gone = row_count;
  insert into expiry.run values (of_table, until)
    on conflict (table_name) do update set expired_to = greatest(run.expired_to, excluded.expired_to);
  perform set_config('vartio.upkeep', '', true);
  return gone;
end
$$;

-- Of a table by day: makes the partitions of the days to come, and drops each day before its first row reaches the limit. Answers how many
-- went. A row whose day has no partition (a clock that jumped) lies in the rest.
create function expiry.keep_days(of_table text, now timestamptz) returns int
language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set lock_timeout = '5s' as $$
declare
  rule expiry.rule;
  until timestamptz := least(now, expiry.clock());
  today date := until::date;
  schema_name text := split_part(of_table, '.', 1);
  name text := split_part(of_table, '.', 2);
  part record;
  day date;
  rest_has_it boolean;
  dropped int := 0;
begin
  select * into strict rule from expiry.rule r where r.table_name = of_table and r.how = 'day';
  perform set_config('vartio.upkeep', 'on', true);
  -- Two at once: the second finds everything made.
  perform pg_advisory_xact_lock(4713);
  for day in select d::date from generate_series(today - 1, today + 14, interval '1 day') as d loop
    continue when to_regclass(format('%I.%I', schema_name, name || '_' || to_char(day, 'YYYYMMDD'))) is not null;
    -- Through the table, whose policy lets this function see every row; without a partition they all lie in the rest.
    execute format('select exists (select 1 from %s where %I >= %L and %I < %L)',
      of_table::regclass, rule.starts, day, rule.starts, day + 1) into rest_has_it;
    continue when rest_has_it;
    execute format('create table %I.%I partition of %s for values from (%L) to (%L)',
      schema_name, name || '_' || to_char(day, 'YYYYMMDD'), of_table::regclass, day::timestamptz, (day + 1)::timestamptz);
    -- Rows are reached through the table that carries the policy, never through a partition.
    execute format('revoke all on %I.%I from %I', schema_name, name || '_' || to_char(day, 'YYYYMMDD'), regexp_replace(current_user, '_owner$', ''));
  end loop;
  for part in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = of_table::regclass and c.relname ~ '_[0-9]{8}$'
      and to_date(right(c.relname, 8), 'YYYYMMDD') + rule.period <= until + interval '1 day'
  loop
    execute format('drop table %I.%I', schema_name, part.relname);
    dropped := dropped + 1;
  end loop;
  insert into expiry.run values (of_table, until + interval '1 day')
    on conflict (table_name) do update set expired_to = greatest(run.expired_to, excluded.expired_to);
  perform set_config('vartio.upkeep', '', true);
  return dropped;
end
$$;

-- For every table there is, from the catalogue and not from the rules, how many rows are past their deadline; of a table that no rule
-- names, every row. Counted to 10,000 each.
create function expiry.past_deadline(now timestamptz) returns table (table_name text, past bigint, oldest timestamptz, is_described boolean)
language plpgsql stable security definer set search_path = '' set timezone = 'UTC' as $$
declare
  place record;
  rule expiry.rule;
  condition text;
begin
  perform set_config('vartio.upkeep', 'on', true);
  for place in
    select c.oid, n.nspname, n.nspname || '.' || c.relname as name, c.oid::regclass::text as source
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm', 'f') and not c.relispartition and n.nspname !~ '^(pg_|information_schema$)'
    order by 3
  loop
    select r.* into rule from expiry.rule r where r.table_name in (place.name, place.nspname || '.*') order by r.table_name desc limit 1;
    is_described := rule.table_name is not null;
    table_name := place.name;
    past := 0;
    oldest := null;
    if not has_table_privilege(place.oid, 'select') then
      -- Made by somebody past the migrations: what is in it nobody knows.
      is_described := false;
    elsif not is_described then
      execute format('select count(*) from (select 1 from %s limit 10000) few', place.source) into past;
    elsif rule.how in ('row', 'day') then
      execute format('select count(*), min(deadline) from (select t.%I + %L::interval as deadline from %s t where %s limit 10000) few',
        rule.starts, rule.period, place.source, expiry.is_due(rule, now - rule.slack)) into past, oldest;
    elsif rule.anchor is not null and not exists (
      select 1 from pg_constraint k where k.conrelid = place.oid and k.contype = 'f' and k.convalidated and k.confrelid = rule.anchor::regclass) then
      select string_agg(format('a.%1$I = t.%1$I', k), ' and ') into condition from unnest(rule.anchor_key) k;
      execute format('select count(*) from (select 1 from %s t where not exists (select 1 from %s a where %s) limit 10000) few',
        place.source, rule.anchor::regclass, condition) into past;
    end if;
    return next;
  end loop;
  perform set_config('vartio.upkeep', '', true);
end
$$;

-- The same as one figure for the page of pledges; a table that nobody described counts although it is empty.
create function expiry.prove_past_deadline(now timestamptz) returns table (figure bigint, oldest timestamptz)
language sql stable security definer set search_path = '' as $$
  select sum(p.past)::bigint + count(*) filter (where not p.is_described), min(p.oldest) from expiry.past_deadline(now) p
$$;
