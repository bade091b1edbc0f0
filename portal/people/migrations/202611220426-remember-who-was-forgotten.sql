-- Whose sign-in was under way while they were forgotten: for minutes, as a hash of a number that leads to nobody any more.
create table people.forgotten (
  subject_hash bytea primary key check (length(subject_hash) = 32),
  expires_at timestamptz(3) not null
);
create index forgotten_by_end on people.forgotten (expires_at);
