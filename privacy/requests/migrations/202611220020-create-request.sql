create table requests.request (
  request_id uuid primary key,
  kind text not null check (kind in ('export', 'forget', 'restrict', 'lift')),
  state text not null check (state in ('received', 'in_progress', 'waiting', 'complete', 'refused')),
  received_at timestamptz(3) not null,
  -- One month (GDPR Art. 12(3)).
  due_at timestamptz(3) not null,
  public_key text check (length(public_key) <= 100),
  token_hash bytea unique check (length(token_hash) = 32),
  commitment bytea check (length(commitment) = 32),
  attempts int not null default 0,
  next_attempt_at timestamptz(3) not null,
  failure text,
  refusal text,
  finished_at timestamptz(3),
  entry_id uuid unique,
  -- When this row goes; set when it is finished.
  expires_at timestamptz(3),
  check ((state in ('complete', 'refused')) = (finished_at is not null)),
  check ((finished_at is null) = (expires_at is null)),
  check ((kind = 'forget') = (token_hash is not null and commitment is not null)),
  check ((kind = 'export') = (public_key is not null))
);
create index request_to_carry_on on requests.request (next_attempt_at) where finished_at is null;
create index request_by_end on requests.request (expires_at) where expires_at is not null;

-- What one program has to do for it.
create table requests.part (
  request_id uuid not null references requests.request (request_id) on delete cascade,
  program text not null check (program in ('identity', 'portal', 'privacy')),
  -- Null once nobody needs to know any more whom it was about.
  subject text check (length(subject) between 1 and 255),
  restricted_at timestamptz(3),
  piece_count int not null default 0,
  next_piece text check (length(next_piece) <= 400),
  done_at timestamptz(3),
  acknowledgement jsonb,
  -- That of its request.
  expires_at timestamptz(3),
  primary key (request_id, program)
);
create index part_by_subject on requests.part (subject) where subject is not null;

create table requests.piece (
  request_id uuid not null,
  program text not null,
  number int not null check (number >= 0),
  sealed text not null,
  -- Set when the copy is ready.
  expires_at timestamptz(3),
  primary key (request_id, program, number),
  foreign key (request_id, program) references requests.part (request_id, program) on delete cascade
);
