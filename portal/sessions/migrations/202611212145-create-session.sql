create table sessions.session (
  token_hash bytea primary key,
  session_id uuid not null unique,
  person_id uuid not null,
  -- When the person proved to identity who they are (auth_time), not when they came here: the 8 hours of ID-72 begin there.
  signed_in_at timestamptz(3) not null,
  ends_at timestamptz(3) not null,
  last_seen_at timestamptz(3) not null,
  -- Nobody makes a session longer than that, whatever the program does.
  check (ends_at <= signed_in_at + interval '8 hours')
);
create index session_by_person on sessions.session (person_id);
create index session_by_end on sessions.session (ends_at);

-- Between leaving for identity and coming back.
create table sessions.attempt (
  state_hash bytea primary key,
  browser_hash bytea not null,
  nonce text not null,
  code_verifier text not null,
  purpose text not null check (purpose in ('ordinary', 'set-up', 'invitation')),
  expires_at timestamptz(3) not null
);
create index attempt_by_end on sessions.attempt (expires_at);
