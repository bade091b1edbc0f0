create table services.service (
  client_id text primary key check (client_id ~ '^[a-z0-9][a-z0-9-]{0,63}$'),
  name text not null check (length(name) between 1 and 100),
  redirect_uris text[] not null,
  post_logout_redirect_uris text[] not null default '{}',
  jwks jsonb not null,
  scopes text[] not null,
  is_own boolean not null,
  changed_at timestamptz not null
);

-- A person is somebody else at each service, so that services cannot put their records together.
create table services.subject (
  client_id text not null references services.service (client_id) on delete cascade,
  person_id uuid not null,
  subject text not null,
  primary key (client_id, person_id),
  unique (client_id, subject)
);
create index subject_person on services.subject (person_id);
