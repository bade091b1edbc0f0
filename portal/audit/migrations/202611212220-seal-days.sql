-- A day that has ended gets a root over the hashes of its rows, which is then handed to the transparency log. Never changed afterwards.

create table audit.sealed_day (
  log text not null check (log in ('record', 'activity')),
  day date not null,
  row_count bigint not null check (row_count >= 0),
  root bytea not null check (length(root) = 32),
  entry_id uuid not null unique,
  sealed_at timestamptz(0) not null,
  primary key (log, day)
);
revoke update, delete, truncate on audit.sealed_day from portal;

-- One row as bytes: each field behind its length, so that no two rows can look alike; a missing one is a length of -1.
create function audit.row_bytes(fields text[]) returns bytea
language sql immutable set search_path = '' as $$
  select string_agg(
    case when field is null then '\xffffffff'::bytea
      else int4send(length(convert_to(field, 'UTF8'))) || convert_to(field, 'UTF8') end, ''::bytea order by place)
  from unnest(fields) with ordinality as f (field, place)
$$;

-- Hashes of every organisation's rows of one day, in the order of their keys. The running program, which may read one organisation at a time
-- only, learns the hashes and nothing else.
create function audit.hash_day(of_log text, of_day date) returns setof bytea
language plpgsql stable security definer set search_path = '' as $$
declare
  first timestamptz := of_day::timestamp at time zone 'UTC';
  last timestamptz := (of_day + 1)::timestamp at time zone 'UTC';
  form constant text := 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';
begin
  if of_log = 'record' then
    return query select sha256('\x00'::bytea || audit.row_bytes(array[
        organization_id::text, to_char(at at time zone 'UTC', form), audit_id::text, actor_kind, actor_id::text, actor_name, action,
        target_kind, target_id::text, ip::text, user_agent, outcome, details::text]))
      from audit.record where at >= first and at < last order by organization_id, at, audit_id;
  elsif of_log = 'activity' then
    return query select sha256('\x00'::bytea || audit.row_bytes(array[
        organization_id::text, to_char(at at time zone 'UTC', form), activity_id::text, what, target_kind, target_id::text]))
      from audit.activity where at >= first and at < last order by organization_id, at, activity_id;
  end if;
end
$$;

-- Days that have ended and have no root yet, in order and without a gap: a day without rows is sealed too, so that one left out would show.
-- Half an hour is left for transactions that began before midnight.
create function audit.days_to_seal(now timestamptz, most int) returns table (log text, day date)
language sql stable security definer set search_path = '' as $$
  select l.log, d::date from (
    select 'record' as log, coalesce((select max(s.day) + 1 from audit.sealed_day s where s.log = 'record'),
      (select min(at at time zone 'UTC')::date from audit.record)) as first
    union all
    select 'activity', coalesce((select max(s.day) + 1 from audit.sealed_day s where s.log = 'activity'),
      (select min(at at time zone 'UTC')::date from audit.activity))
  ) l, generate_series(l.first, ((now - interval '30 minutes') at time zone 'UTC')::date - 1, interval '1 day') as d
  order by d, l.log limit most
$$;
