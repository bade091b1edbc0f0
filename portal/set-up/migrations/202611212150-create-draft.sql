-- A set-up under way: the details of the controller wait here until the person has signed in and named the organisation.
create table set_up.draft (
  draft_hash bytea primary key,
  controller jsonb not null,
  -- Who has signed in for it; nobody else can finish it.
  person_id uuid,
  began_at timestamptz(3) not null,
  expires_at timestamptz(3) not null
);
create index draft_by_end on set_up.draft (expires_at);
