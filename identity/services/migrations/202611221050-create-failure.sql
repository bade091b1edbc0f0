-- What a service asked for that was refused, for whoever writes it. Nothing of a person: no state, no hint, no token.
create table services.failure (
  failure_id uuid primary key,
  client_id text not null references services.service (client_id) on delete cascade,
  at timestamptz(3) not null,
  step text not null check (step in ('authorization', 'request', 'token', 'userinfo', 'sign-out')),
  error text not null check (length(error) between 1 and 60),
  why text not null check (length(why) <= 300),
  sent jsonb not null
);
create index failure_by_service on services.failure (client_id, at desc);
create index failure_by_time on services.failure (at);
