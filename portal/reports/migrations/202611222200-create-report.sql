-- What an organisation wants to be told regularly, and to whom. When it is next due stands in the row: whoever carries it out moves it on in the
-- transaction that writes the letters, so that a period is told once, whatever dies meanwhile.
create table reports.report (
  organization_id uuid not null,
  report_id uuid not null,
  parts text[] not null check (cardinality(parts) > 0),
  period text not null check (period in ('week', 'month')),
  -- Of the week, Monday first, or of the month; every month has a 28th.
  on_day int not null check (on_day between 1 and 28 and (period = 'month' or on_day <= 7)),
  at_hour int not null check (at_hour between 0 and 23),
  time_zone text not null check (length(time_zone) between 1 and 60),
  has_names boolean not null,
  is_on boolean not null,
  next_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  changed_at timestamptz(3) not null,
  primary key (organization_id, report_id)
);
create index report_by_next on reports.report (next_at) where is_on;

create table reports.recipient (
  organization_id uuid not null,
  report_id uuid not null,
  person_id uuid not null,
  primary key (organization_id, report_id, person_id),
  foreign key (organization_id, report_id) references reports.report on delete cascade
);
create index recipient_by_person on reports.recipient (person_id);

-- One report of one period: figures and words of ours, nobody's name. It outlives the report it was made for.
create table reports.edition (
  organization_id uuid not null,
  edition_id uuid not null,
  report_id uuid not null,
  parts text[] not null,
  period text not null check (period in ('week', 'month')),
  from_at timestamptz(3) not null,
  until_at timestamptz(3) not null check (until_at > from_at),
  time_zone text not null,
  -- Somebody has asked for it besides its time.
  is_asked boolean not null,
  figures jsonb not null check (jsonb_typeof(figures) = 'array'),
  needs jsonb not null check (jsonb_typeof(needs) = 'array'),
  sent int not null,
  withheld int not null,
  made_at timestamptz(3) not null,
  primary key (organization_id, edition_id)
);
create unique index edition_once on reports.edition (organization_id, report_id, period, from_at) where not is_asked;
create index edition_by_making on reports.edition (organization_id, made_at desc, edition_id desc);
create index edition_by_age on reports.edition (made_at);

-- portal_owner cannot sign in: these policies serve the functions below. The first answers numbers of reports that are due, of whichever organisation;
-- the others somebody's own rows, which lie behind the walls of organisations.
create policy owner_reads on reports.report for select to portal_owner using (true);
create policy owner_reads on reports.recipient for select to portal_owner using (true);
create policy owner_deletes on reports.recipient for delete to portal_owner using (true);
create function reports.due(at_time timestamptz, most int) returns table (organization_id uuid, report_id uuid)
language sql stable security definer set search_path = '' as $$
  select r.organization_id, r.report_id from reports.report r where r.is_on and r.next_at <= at_time order by r.next_at limit most
$$;
create function reports.own_recipients(skip int, most int) returns setof reports.recipient
language sql stable security definer set search_path = '' as $$
  select r.* from reports.recipient r
  where r.person_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
  order by r.organization_id, r.report_id offset skip limit most
$$;
create function reports.count_own() returns int
language sql stable security definer set search_path = '' as $$
  select pg_catalog.count(*)::int from reports.recipient r
  where r.person_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
$$;
create function reports.forget_own() returns int
language sql security definer set search_path = '' as $$
  with gone as (
    delete from reports.recipient r
    where r.person_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid returning 1)
  select pg_catalog.count(*)::int from gone
$$;
revoke all on function reports.due(timestamptz, int), reports.own_recipients(int, int), reports.count_own(), reports.forget_own() from public;
grant execute on function reports.due(timestamptz, int), reports.own_recipients(int, int), reports.count_own(), reports.forget_own() to portal;
