-- Calls that were carried out: the same one again is answered with what was done, and does nothing.
create table rights.done (
  request_id uuid primary key,
  answer jsonb not null,
  -- Whose key must still be destroyed; null once it is.
  key_owner uuid,
  expires_at timestamptz(3) not null
);
create index done_by_end on rights.done (expires_at);

-- Whose data is only stored. Named otherwise than person_id: it is asked for those whom the transaction does not see.
create table rights.restricted (
  subject uuid primary key,
  request_id uuid not null,
  since timestamptz(3) not null,
  ends_at timestamptz(3)
);
