-- From where somebody acted is sealed with the key of the day, which is erased when the day is dropped: then no backup of any age opens it either.
insert into sealing.plain (of_table, place, fields)
  select 'audit.record', jsonb_build_object('organization_id', organization_id, 'at', at, 'audit_id', audit_id),
    jsonb_build_object('ip', host(ip), 'user_agent', user_agent)
  from audit.record where ip is not null or user_agent is not null;
alter table audit.record add column sealed bytea;
update audit.record set sealed = '\x' where ip is not null or user_agent is not null;
alter table audit.record drop column ip, drop column user_agent;
do $$
declare part record;
begin
  -- Anew, each of them: a column that is dropped otherwise stays in its rows.
  for part in
    select i.inhrelid::regclass as name, c.relname as key
    from pg_catalog.pg_inherits i
    join pg_catalog.pg_index x on x.indrelid = i.inhrelid and x.indisprimary
    join pg_catalog.pg_class c on c.oid = x.indexrelid
    where i.inhparent = 'audit.record'::regclass
  loop
    execute pg_catalog.format('cluster %s using %I', part.name, part.key);
  end loop;
end
$$;

-- The log stays one that is only added to: a record whose origin is still to be carried over gets it, once.
create function audit.carry_origin(of_organization uuid, of_at timestamptz, of_id uuid, origin bytea) returns void
language sql security definer set search_path = '' as $$
  update audit.record set sealed = origin where organization_id = of_organization and at = of_at and audit_id = of_id and sealed = '\x'
$$;

-- The root of a day is over the sealed bytes: it can be checked as long as the rows are there, also when nobody can open them any more.
create or replace function audit.hash_day(of_log text, of_day date) returns setof bytea
language plpgsql stable security definer set search_path = '' as $$
declare
  first timestamptz := of_day::timestamp at time zone 'UTC';
  last timestamptz := (of_day + 1)::timestamp at time zone 'UTC';
  form constant text := 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';
begin
  if of_log = 'record' then
    return query select sha256('\x00'::bytea || audit.row_bytes(array[
        organization_id::text, to_char(at at time zone 'UTC', form), audit_id::text, actor_kind, actor_id::text, actor_name, action,
        target_kind, target_id::text, encode(sealed, 'hex'), outcome, details::text]))
      from audit.record where at >= first and at < last order by organization_id, at, audit_id;
  elsif of_log = 'activity' then
    return query select sha256('\x00'::bytea || audit.row_bytes(array[
        organization_id::text, to_char(at at time zone 'UTC', form), activity_id::text, what, target_kind, target_id::text]))
      from audit.activity where at >= first and at < last order by organization_id, at, activity_id;
  end if;
end
$$;

-- Days whose root is over rows as they were before (form 1) get another, once; both are in the transparency log.
alter table audit.sealed_day add column form smallint not null default 2 check (form in (1, 2));
update audit.sealed_day set form = 1 where log = 'record';
create function audit.seal_again(of_day date, rows bigint, new_root bytea, new_entry uuid, at timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update audit.sealed_day set row_count = rows, root = new_root, entry_id = new_entry, sealed_at = at, form = 2
  where log = 'record' and day = of_day and form = 1;
  return found;
end
$$;

-- Who did it to them, and from where, is the other person's data (GDPR Art. 15(4)).
create or replace function audit.record_rows(skip int, most int) returns setof audit.record
language sql stable security definer set search_path = '' as $$
  with me as (select nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid as id)
  select r.organization_id, r.at, r.audit_id, r.actor_kind, case when mine then r.actor_id end,
    r.actor_name, r.action, r.target_kind, r.target_id, r.outcome, r.details, case when mine then r.sealed end
  from me, audit.record r, lateral (select coalesce(r.actor_id = me.id, false) as mine) m
  where r.actor_id = me.id or r.target_id = me.id
  order by r.at, r.audit_id offset skip limit most
$$;
