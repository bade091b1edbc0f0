-- Both logs are partitioned by day, so that expiry drops a whole file instead of deleting rows. The partitions themselves are made and
-- dropped by audit.keep_partitions: the running program has no right to change the schema.

create table audit.record (
  organization_id uuid not null,
  at timestamptz(3) not null,
  audit_id uuid not null,
  actor_kind text not null check (actor_kind in ('person', 'program', 'command')),
  actor_id uuid,
  actor_name text,
  action text not null,
  target_kind text not null check (target_kind in ('organization', 'person', 'invitation', 'session')),
  target_id uuid,
  ip inet,
  user_agent text check (length(user_agent) <= 400),
  outcome text not null check (outcome in ('done', 'refused')),
  details jsonb not null default '{}',
  primary key (organization_id, at, audit_id),
  -- A person's name is never here: it is looked up when the log is read, so that erasing the person empties it.
  check ((actor_kind = 'person') = (actor_id is not null)),
  check ((actor_kind = 'person') = (actor_name is null))
) partition by range (at);
create index record_by_actor on audit.record (actor_id, at desc, audit_id desc);
create table audit.record_rest partition of audit.record default;

create table audit.activity (
  organization_id uuid not null,
  at timestamptz(3) not null,
  activity_id uuid not null,
  what text not null,
  target_kind text not null check (target_kind in ('organization', 'person', 'invitation', 'session')),
  target_id uuid not null,
  primary key (organization_id, at, activity_id)
) partition by range (at);
create table audit.activity_rest partition of audit.activity default;

-- Append-only: what was written stays as it was written, whatever the program is made to do.
revoke update, delete, truncate on audit.record, audit.record_rest, audit.activity, audit.activity_rest from portal;
-- Rows are reached through the table that carries the policy, never through a partition.
revoke all on audit.record_rest, audit.activity_rest from portal;

-- For the two functions below alone: portal_owner cannot sign in.
create policy owner on audit.record to portal_owner using (true) with check (true);
create policy owner on audit.activity to portal_owner using (true) with check (true);

-- What one person did, in every organisation. Walled by the person instead of the organisation.
create function audit.list_own(before_at timestamptz, before_id uuid, most int) returns setof audit.record
language sql stable security definer set search_path = '' as $$
  select * from audit.record
  where actor_id = (select nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid)
    and (before_at is null or (at, audit_id) < (before_at, before_id))
  order by at desc, audit_id desc limit most
$$;

-- Makes the partitions of the days to come and drops each day before its first row reaches the limit. Answers how many were dropped.
-- A row whose day has no partition (a clock that jumped) lies in the rest and is deleted there.
create function audit.keep_partitions(now timestamptz) returns int
language plpgsql security definer set search_path = '' set lock_timeout = '5s' as $$
declare
  today date := (now at time zone 'UTC')::date;
  log record;
  part record;
  day date;
  rest_has_it boolean;
  dropped int := 0;
begin
  -- Two programs at once: the second finds everything made.
  perform pg_catalog.pg_advisory_xact_lock(4713);
  for log in select * from (values ('record', interval '3 years'), ('activity', interval '1 year')) as l (name, keep) loop
    for day in select d::date from pg_catalog.generate_series(today - 1, today + 14, interval '1 day') as d loop
      continue when pg_catalog.to_regclass(pg_catalog.format('audit.%I', log.name || '_' || pg_catalog.to_char(day, 'YYYYMMDD'))) is not null;
      -- Through the table, whose policy lets this function see every row; without a partition they all lie in the rest.
      execute pg_catalog.format('select exists (select 1 from audit.%I where at >= %L and at < %L)',
        log.name, day::text || ' 00:00+00', (day + 1)::text || ' 00:00+00') into rest_has_it;
      continue when rest_has_it;
      execute pg_catalog.format('create table audit.%I partition of audit.%I for values from (%L) to (%L)',
        log.name || '_' || pg_catalog.to_char(day, 'YYYYMMDD'), log.name, day::text || ' 00:00+00', (day + 1)::text || ' 00:00+00');
      execute pg_catalog.format('revoke all on audit.%I from portal', log.name || '_' || pg_catalog.to_char(day, 'YYYYMMDD'));
    end loop;
    for part in
      select c.relname from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
      where i.inhparent = pg_catalog.to_regclass('audit.' || log.name) and c.relname ~ '_[0-9]{8}$'
        and pg_catalog.to_date(pg_catalog.right(c.relname, 8), 'YYYYMMDD') + log.keep <= now at time zone 'UTC' + interval '1 day'
    loop
      execute pg_catalog.format('drop table audit.%I', part.relname);
      dropped := dropped + 1;
    end loop;
    execute pg_catalog.format('delete from audit.%I where at + %L::interval <= %L::timestamptz + interval ''1 day''', log.name, log.keep, now);
  end loop;
  return dropped;
end
$$;
