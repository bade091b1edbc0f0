-- What people do about a detection: its state, who looks into it, what they write, and each of these with who and when.
alter table detections.detection
  add column state text not null default 'new' check (state in ('new', 'investigating', 'resolved')),
  add column resolution text check (resolution in ('handled', 'false-positive')),
  -- Counts what people change: who has an older one on their page is told.
  add column version int not null default 1,
  -- severity_id of OCSF: 5 critical, 4 high, 3 medium, 2 low.
  add column severity int2 not null generated always as (case
    when done = 'failed' or (kind = 'encryptor' and done = 'reported') then 5
    when rule_set = 'vartio-test' then 2
    when kind = 'encryptor' or done = 'reported' then 4
    else 3 end) stored,
  add constraint resolution_of_resolved check ((state = 'resolved') = (resolution is not null));
-- A page of any states and severities is the newest of at most twelve ends of this.
create index detection_by_state on detections.detection (organization_id, state, severity, received_at desc, detection_id desc);
-- What is resolved needs nobody.
drop index detections.detection_open;
create index detection_open on detections.detection (organization_id, received_at)
  where state <> 'resolved' and ((done in ('reported', 'failed') and fate = 'none') or fate = 'failed');

-- `received_at` is that of the detection, so that those of one person are read in order.
create table detections.assigned (
  organization_id uuid not null,
  detection_id uuid not null,
  person_id uuid not null,
  received_at timestamptz(3) not null,
  primary key (organization_id, detection_id),
  foreign key (organization_id, detection_id) references detections.detection (organization_id, detection_id) on delete cascade
);
create index assigned_of_person on detections.assigned (person_id, organization_id, received_at desc, detection_id desc);

create table detections.change (
  organization_id uuid not null,
  change_id uuid not null,
  detection_id uuid not null,
  what text not null check (what in ('state', 'assignee', 'note')),
  -- Null: a program of the organisation did it, or somebody who has been erased.
  author_id uuid,
  state_before text,
  state_after text,
  resolution_before text,
  resolution_after text,
  assignee_before uuid,
  assignee_after uuid,
  -- Of the detection, after it.
  version int not null,
  bulk_id uuid,
  is_undo boolean not null default false,
  exclusion_id uuid,
  excluded text check (excluded in ('path', 'sha256', 'rule')),
  excluded_until timestamptz(3),
  -- What the author wrote, sealed with their key.
  sealed bytea check (sealed is null or author_id is not null),
  changed_at timestamptz(3) not null,
  primary key (organization_id, change_id),
  foreign key (organization_id, detection_id) references detections.detection (organization_id, detection_id) on delete cascade
);
create index change_of_detection on detections.change (organization_id, detection_id, changed_at, change_id);
create index change_of_bulk on detections.change (organization_id, bulk_id, detection_id) where bulk_id is not null;
create index change_of_author on detections.change (author_id) where author_id is not null;

-- For the rights of the person whom the transaction sees, in whichever organisation. Notes go; that something was changed stays, by nobody.
-- portal_owner cannot sign in: the policies serve the functions.
create policy owner on detections.assigned to portal_owner using (true) with check (true);
create policy owner on detections.change to portal_owner using (true) with check (true);
create function detections.own_assigned(skip int, most int) returns setof detections.assigned
language sql stable security definer set search_path = '' as $$
  select a.* from detections.assigned a
  where a.person_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
  order by a.organization_id, a.detection_id offset skip limit most
$$;
create function detections.own_changes(skip int, most int) returns setof detections.change
language sql stable security definer set search_path = '' as $$
  select c.* from detections.change c
  where c.author_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
  order by c.organization_id, c.change_id offset skip limit most
$$;
create function detections.count_own() returns table (assigned int, changes int)
language sql stable security definer set search_path = '' as $$
  with me as (select nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid as id)
  select (select count(*)::int from detections.assigned a join me on a.person_id = me.id),
    (select count(*)::int from detections.change c join me on c.author_id = me.id)
$$;
create function detections.forget_own() returns table (assigned int, changes int)
language sql security definer set search_path = '' as $$
  with me as (select nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid as id),
  unassigned as (delete from detections.assigned a using me where a.person_id = me.id returning 1),
  unwritten as (delete from detections.change c using me where c.author_id = me.id and c.what = 'note' returning 1),
  unnamed as (update detections.change c set author_id = null, sealed = null from me where c.author_id = me.id and c.what <> 'note' returning 1)
  select (select count(*)::int from unassigned), (select count(*)::int from unwritten) + (select count(*)::int from unnamed)
$$;

-- How many came on each day, kept as they come; in several rows, so that devices that tell at once do not wait for each other.
create table detections.daily (
  organization_id uuid not null,
  day timestamptz(3) not null,
  part int2 not null,
  count int8 not null,
  primary key (organization_id, day, part)
);
create index daily_by_age on detections.daily (day);
insert into detections.daily (organization_id, day, part, count)
select d.organization_id, pg_catalog.date_trunc('day', d.received_at, 'UTC'), 0, count(*) from detections.detection d
where d.received_at > pg_catalog.now() - interval '32 days' group by 1, 2;
