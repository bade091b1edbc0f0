create table own_data.request (
  request_id uuid primary key,
  person_id uuid not null,
  kind text not null check (kind in ('export', 'forget', 'restrict', 'lift')),
  asked_at timestamptz(3) not null,
  -- Nothing once nobody needs it: a copy that can no longer be downloaded opens for nobody.
  sealed bytea,
  handed_over_at timestamptz(3),
  finished_at timestamptz(3),
  refusal text,
  downloads timestamptz(3)[] not null default '{}',
  expires_at timestamptz(3),
  check ((finished_at is null) = (expires_at is null))
);
-- However often it is asked: once.
create unique index request_under_way on own_data.request (person_id, kind) where finished_at is null;
create index request_of_person on own_data.request (person_id, asked_at);
create index request_by_end on own_data.request (expires_at) where expires_at is not null;
