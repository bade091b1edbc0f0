-- What expires is decided by the server's own clock: a program that has been taken over could otherwise name a day far ahead and have the
-- whole log dropped, although it may delete no row.
create or replace function audit.keep_partitions(now timestamptz) returns int
language plpgsql security definer set search_path = '' set lock_timeout = '5s' as $$
declare
  today date := (now at time zone 'UTC')::date;
  log record;
  part record;
  day date;
  rest_has_it boolean;
  dropped int := 0;
  expires timestamptz := least(now, pg_catalog.clock_timestamp());
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
        and pg_catalog.to_date(pg_catalog.right(c.relname, 8), 'YYYYMMDD') + log.keep <= expires at time zone 'UTC' + interval '1 day'
    loop
      execute pg_catalog.format('drop table audit.%I', part.relname);
      dropped := dropped + 1;
    end loop;
    execute pg_catalog.format('delete from audit.%I where at + %L::interval <= %L::timestamptz + interval ''1 day''', log.name, log.keep, expires);
  end loop;
  return dropped;
end
$$;
