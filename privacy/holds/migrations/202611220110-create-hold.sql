-- Holds as cases: one person proposes, another approves, with a ground, a scope, a reason, a day of review and an end.

create table holds.hold (
  hold_id uuid primary key,
  state text not null check (state in ('proposed', 'active', 'refused', 'ended')),
  ground text not null,
  reason text not null check (length(reason) between 1 and 2000),
  -- Number of the case, at an authority or elsewhere.
  reference text check (length(reference) <= 200),
  -- Of whom, as the portal knows them; of which organisation; of which log, and which time of it.
  subject text check (length(subject) <= 255),
  organization_id uuid,
  log text check (log in ('audit-log', 'activity-log')),
  from_at timestamptz(3),
  to_at timestamptz(3),
  is_told boolean not null,
  proposed_by uuid not null,
  proposed_at timestamptz(3) not null,
  decided_by uuid,
  decided_at timestamptz(3),
  reviewed_at timestamptz(3),
  review_by timestamptz(3) not null,
  ends_at timestamptz(3) not null,
  ended_by uuid,
  -- Why no program could hold it, or that its end had come; a word of ours.
  outcome text,
  expires_at timestamptz(3),
  -- Whose it was is not kept once it is over.
  check (state in ('refused', 'ended') or num_nonnulls(subject, organization_id, log) > 0),
  check (log is not null or num_nonnulls(from_at, to_at) = 0),
  -- Two different persons.
  check (decided_by is null or decided_by <> proposed_by or state = 'refused'),
  check (state <> 'active' or decided_by is not null),
  check ((state in ('refused', 'ended')) = (expires_at is not null))
);
create index hold_by_time on holds.hold (proposed_at desc, hold_id desc);
create index hold_by_end on holds.hold (ends_at) where state = 'active';
create index hold_by_expiry on holds.hold (expires_at);

create table holds.placement (
  hold_id uuid not null references holds.hold (hold_id) on delete cascade,
  program text not null check (program in ('identity', 'portal')),
  -- As this program knows the person.
  subject text check (length(subject) <= 255),
  outcome text,
  acknowledged_at timestamptz(3),
  ended_at timestamptz(3),
  expires_at timestamptz(3),
  primary key (hold_id, program)
);
create index placement_by_expiry on holds.placement (expires_at);

-- Holds whose day of review is past, and holds past their end that are not ended.
create function holds.prove_overdue(now timestamptz) returns bigint
language sql stable security definer set search_path = '' as $$
  select count(*) from holds.hold h where h.state = 'active' and (h.review_by < now or h.ends_at < now - interval '1 hour')
$$;
