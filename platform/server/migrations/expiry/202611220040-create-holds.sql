-- Holds: rows that are to stay beyond their time, because a ground of a closed list demands it, are copied out before they expire. The copy
-- lies in a table that the running program cannot read, under a deadline of its own; the log or table it came from keeps its own. So no
-- drop of a day ever waits for a hold.

-- Which columns say whose a row is, on which grounds it may be held (null: on each), and its standing holds: the columns with their ends, and
-- in the same order their grounds.
alter table expiry.rule add column person_columns text[] not null default '{}';
alter table expiry.rule add column organization_column text;
alter table expiry.rule add column grounds text[];
alter table expiry.rule add column standing text[] not null default '{}';
alter table expiry.rule add column standing_grounds text[] not null default '{}';
alter table expiry.rule add check (cardinality(standing) = cardinality(standing_grounds));

create table expiry.hold (
  hold_id uuid primary key,
  ground text not null check (ground in ('grace', 'law', 'remedy', 'problem', 'fraud', 'built-in', 'need', 'authority', 'crime', 'restriction')),
  person_id uuid,
  organization_id uuid,
  table_name text,
  from_at timestamptz,
  to_at timestamptz,
  -- False: an authority has forbidden that the person is told.
  is_told boolean not null default true,
  placed_at timestamptz not null,
  ends_at timestamptz not null,
  check (num_nonnulls(person_id, organization_id, table_name) > 0),
  check (table_name is not null or num_nonnulls(from_at, to_at) = 0),
  check (from_at < to_at)
);
create index hold_by_end on expiry.hold (ends_at);
-- One restriction a person.
create unique index hold_restriction on expiry.hold (person_id) where ground = 'restriction';

-- A row as it was, as a document: it outlives changes of the table it came from. What was sealed in it is sealed here too.
create table expiry.held (
  held_id bigint generated always as identity primary key,
  hold_id uuid not null references expiry.hold (hold_id) on delete cascade,
  table_name text not null,
  person_ids uuid[] not null,
  content jsonb not null,
  held_at timestamptz not null
);
create index held_by_hold on expiry.held (hold_id, table_name);
create index held_by_person on expiry.held using gin (person_ids);

do $$
begin
  execute format('revoke all on expiry.hold, expiry.held from %I', regexp_replace(current_user, '_owner$', ''));
end
$$;

-- A row is due once its time is over and so are its standing holds.
create or replace function expiry.is_due(rule expiry.rule, until timestamptz) returns text
language sql immutable set search_path = '' as $$
  select format('(t.%1$I <= %3$L::timestamptz - %2$L::interval + interval ''4 days'' and t.%1$I + %2$L::interval <= %3$L::timestamptz%4$s)',
    (rule).starts, (rule).period, until,
    (select string_agg(format(' and (t.%1$I is null or t.%1$I <= %2$L::timestamptz)', s, until), '') from unnest((rule).standing) s))
$$;

-- Whether the hold `h` covers the row `t`, as SQL. What a table cannot tell (whose a row is) no hold on it can ask.
create function expiry.covers(rule expiry.rule) returns text
language sql immutable set search_path = '' as $$
  select format('((h.table_name is null or h.table_name = %L) and %s and %s and %s and (%5$L::text[] is null or h.ground = any (%5$L::text[]) or h.ground = ''restriction''))',
    (rule).table_name,
    coalesce('(h.person_id is null or h.person_id in (' || (select string_agg(format('t.%I', c), ', ') from unnest((rule).person_columns) c) || '))',
      'h.person_id is null'),
    case when (rule).organization_column is null then 'h.organization_id is null'
      else format('(h.organization_id is null or h.organization_id = t.%I)', (rule).organization_column) end,
    case when (rule).starts is null then '(h.from_at is null and h.to_at is null)'
      else format('(h.from_at is null or t.%1$I >= h.from_at) and (h.to_at is null or t.%1$I < h.to_at)', (rule).starts) end,
    (rule).grounds)
$$;

-- Copies what holds cover of these rows, reads the copies back, and answers how many there are. `places`: null for the whole of it.
create function expiry.copy_out(rule expiry.rule, source text, places tid[], now timestamptz) returns int
language plpgsql volatile set search_path = '' as $$
declare
  chosen text := case when places is null then '' else ' and t.ctid = any ($1)' end;
  last_id bigint;
  copied int;
  wanted text;
  kept text;
begin
  -- A hold is itself not held.
  if rule.table_name like 'expiry.%' or not exists (select 1 from expiry.hold h where h.ends_at > now and (h.table_name is null or h.table_name = rule.table_name)) then
    return 0;
  end if;
  select coalesce(max(e.held_id), 0) into last_id from expiry.held e;
  execute format('insert into expiry.held (hold_id, table_name, person_ids, content, held_at)
      select h.hold_id, %L, array_remove(array[%s]::uuid[], null), to_jsonb(t), $2 from only %s t join expiry.hold h on h.ends_at > $2 and %s%s',
    rule.table_name, (select string_agg(format('t.%I', c), ', ') from unnest(rule.person_columns) c), source, expiry.covers(rule), chosen)
    using places, now;
  get diagnostics copied = row_count;
  execute format('select count(*) || '' '' || sum(hashtextextended(h.hold_id::text || to_jsonb(t)::text, 0)::numeric)
      from only %s t join expiry.hold h on h.ends_at > $2 and %s%s', source, expiry.covers(rule), chosen) into wanted using places, now;
  select count(*) || ' ' || sum(hashtextextended(e.hold_id::text || e.content::text, 0)::numeric) into kept from expiry.held e where e.held_id > last_id;
  if wanted is distinct from kept then
    raise exception 'rows under a hold were not found again as they were';
  end if;
  return copied;
end
$$;

create or replace function expiry.expire_rows(of_table text, now timestamptz, most int) returns int
language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set lock_timeout = '5s' as $$
declare
  rule expiry.rule;
  until timestamptz := least(now, expiry.clock());
  source text;
  places tid[];
begin
  select * into strict rule from expiry.rule r where r.table_name = of_table and r.how in ('row', 'day');
  perform set_config('vartio.upkeep', 'on', true);
  -- Two at once: the second finds less. A hold is placed before this round or after it.
  perform pg_advisory_xact_lock(4713);
  source := of_table::regclass::text;
  if rule.how = 'day' then
    source := (of_table || '_rest')::regclass::text;
    -- As whole days go: one day before the limit, so that no row outlives it.
    until := until + interval '1 day';
  end if;
  execute format('select array_agg(ctid) from (select t.ctid from only %s t where %s limit %s for update skip locked) due',
    source, expiry.is_due(rule, until), least(most, 10000)) into places;
  perform expiry.copy_out(rule, source, coalesce(places, '{}'), least(now, expiry.clock()));
  execute format('delete from only %s t where t.ctid = any ($1)', source) using coalesce(places, '{}');
  insert into expiry.run values (of_table, until)
    on conflict (table_name) do update set expired_to = greatest(run.expired_to, excluded.expired_to);
  perform set_config('vartio.upkeep', '', true);
  return coalesce(cardinality(places), 0);
end
$$;

create or replace function expiry.keep_days(of_table text, now timestamptz) returns int
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
  -- Two at once: the second finds everything made. A hold is placed before this round or after it.
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
    select format('%I.%I', schema_name, c.relname) as place from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = of_table::regclass and c.relname ~ '_[0-9]{8}$'
      and to_date(right(c.relname, 8), 'YYYYMMDD') + rule.period <= until + interval '1 day'
  loop
    -- Nothing comes in between the copy and the drop.
    execute format('lock table %s in share row exclusive mode', part.place);
    perform expiry.copy_out(rule, part.place, null, until);
    execute format('drop table %s', part.place);
    dropped := dropped + 1;
  end loop;
  insert into expiry.run values (of_table, until + interval '1 day')
    on conflict (table_name) do update set expired_to = greatest(run.expired_to, excluded.expired_to);
  perform set_config('vartio.upkeep', '', true);
  return dropped;
end
$$;

-- Places a hold, whole or not at all, or moves the end of one that is there. Answers what became of it:
-- `placed`; `no_such_table`; `not_on_this_ground`; `too_late`, when part of the time it asks for may be gone already.
create function expiry.place_hold(
  id uuid, on_ground text, person uuid, organization uuid, of_table text, from_time timestamptz, to_time timestamptz, told boolean, ends timestamptz, now timestamptz
) returns text
language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set lock_timeout = '5s' as $$
declare
  rule expiry.rule;
begin
  -- A round of expiry under way ends first; the next one sees this hold.
  perform pg_advisory_xact_lock(4713);
  update expiry.hold h set ends_at = ends where h.hold_id = id;
  if found then
    return 'placed';
  end if;
  if of_table is not null then
    select r.* into rule from expiry.rule r where r.table_name = of_table and r.how in ('row', 'day') and r.period > interval '0';
    if not found then
      return 'no_such_table';
    end if;
    if rule.grounds is not null and on_ground <> all (rule.grounds) then
      return 'not_on_this_ground';
    end if;
    if from_time + rule.period <= (select u.expired_to from expiry.run u where u.table_name = of_table) then
      return 'too_late';
    end if;
  end if;
  insert into expiry.hold (hold_id, ground, person_id, organization_id, table_name, from_at, to_at, is_told, placed_at, ends_at)
  values (id, on_ground, person, organization, of_table, from_time, to_time, told, now, ends);
  return 'placed';
end
$$;

-- With it go the rows that were copied out for it.
create function expiry.end_hold(id uuid) returns void
language plpgsql volatile security definer set search_path = '' set lock_timeout = '5s' as $$
begin
  perform pg_advisory_xact_lock(4713);
  delete from expiry.hold h where h.hold_id = id;
end
$$;

-- Processing of a person's data is restricted (DSR-12): it is stored, and does not expire either, for as long as the row is there that says so.
create function expiry.follow_restriction() returns trigger
language plpgsql volatile security definer set search_path = '' set lock_timeout = '5s' as $$
begin
  perform pg_advisory_xact_lock(4713);
  if tg_op <> 'INSERT' then
    delete from expiry.hold h where h.ground = 'restriction' and h.person_id = old.subject;
  end if;
  if tg_op <> 'DELETE' then
    insert into expiry.hold (hold_id, ground, person_id, placed_at, ends_at)
    values (gen_random_uuid(), 'restriction', new.subject, new.since, coalesce(new.ends_at, 'infinity'));
  end if;
  return null;
end
$$;
create trigger follow_restriction after insert or update or delete on rights.restricted
  for each row execute function expiry.follow_restriction();
-- Those who asked before there was this.
insert into expiry.hold (hold_id, ground, person_id, placed_at, ends_at)
select gen_random_uuid(), 'restriction', r.subject, r.since, coalesce(r.ends_at, 'infinity') from rights.restricted r;

-- On which grounds rows of a person in a table may not be erased now. Of a hold that is not told only that the law demands it.
create function expiry.grounds_on(of_table text, person uuid, now timestamptz) returns setof text
language plpgsql stable security definer set search_path = '' set timezone = 'UTC' as $$
declare
  rule expiry.rule;
begin
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

-- What is held of a person, for their rights and for nothing else; not what an authority has forbidden to tell.
create function expiry.held_of(person uuid, skip int, most int) returns table (held_id bigint, ground text, table_name text, content jsonb, ends_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select e.held_id, h.ground, e.table_name, e.content, h.ends_at from expiry.held e join expiry.hold h on h.hold_id = e.hold_id
  where e.person_ids @> array[person] and h.is_told order by e.held_id offset skip limit most
$$;

create function expiry.count_held(person uuid) returns bigint
language sql stable security definer set search_path = '' as $$
  select count(*) from expiry.held e join expiry.hold h on h.hold_id = e.hold_id where e.person_ids @> array[person] and h.is_told
$$;

create function expiry.prove_holds(now timestamptz) returns table (active bigint, overdue bigint, rows_held bigint)
language sql stable security definer set search_path = '' as $$
  select (select count(*) from expiry.hold h where h.ends_at > now),
    (select count(*) from expiry.hold h where h.ends_at <= now - interval '15 minutes'), (select count(*) from expiry.held)
$$;
