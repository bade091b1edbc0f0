-- How far the events of each spool of each device have been taken: written in the transaction that keeps them.
create table detections.spool (
  organization_id uuid not null,
  device_id uuid not null,
  spool_id uuid not null,
  taken int8 not null default 0,
  lost int8 not null default 0,
  unread int8 not null default 0,
  updated_at timestamptz(3) not null,
  primary key (organization_id, device_id, spool_id)
);
create index spool_by_age on detections.spool (updated_at);

create table detections.detection (
  organization_id uuid not null,
  detection_id uuid not null,
  device_id uuid not null,
  kind text not null check (kind in ('detection', 'encryptor')),
  happened_at timestamptz(3) not null,
  received_at timestamptz(3) not null,
  -- When it came, or when something was last done with it.
  changed_at timestamptz(3) not null,
  rule text not null,
  rule_set text not null,
  author text,
  licence text,
  source text not null,
  sha256 bytea check (length(sha256) = 32),
  bytes int8,
  file_type text,
  files int8,
  done text not null check (done in ('blocked', 'quarantined', 'stopped', 'reported', 'failed')),
  fate text not null default 'none' check (fate in ('none', 'restoring', 'restored', 'deleting', 'deleted', 'failed')),
  is_seen_late boolean not null,
  quarantine_id text,
  sealed bytea not null,
  primary key (organization_id, detection_id)
);
create index detection_by_arrival on detections.detection (organization_id, received_at desc, detection_id desc);
create index detection_of_device on detections.detection (organization_id, device_id, received_at desc, detection_id desc);
create index detection_by_change on detections.detection (organization_id, changed_at desc, detection_id desc);

-- Which request to the device belongs to which detection.
create table detections.step (
  organization_id uuid not null,
  action_id uuid not null,
  detection_id uuid not null,
  kind text not null check (kind in ('restore', 'delete')),
  requested_at timestamptz(3) not null,
  primary key (organization_id, action_id),
  foreign key (organization_id, detection_id) references detections.detection (organization_id, detection_id) on delete cascade
);
create index step_of_detection on detections.step (organization_id, detection_id);
create index step_by_age on detections.step (requested_at);

-- portal_owner cannot sign in: the policy serves the function, for ids that stand in rows of the audit log which the caller may see.
create policy owner_reads on detections.detection for select to portal_owner using (true);
create function detections.names_of(ids uuid[]) returns table (detection_id uuid, rule text)
language sql stable security definer set search_path = '' as $$
  select d.detection_id, d.rule from detections.detection d where d.detection_id = any (ids)
$$;
