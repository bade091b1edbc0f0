-- What each service calls the session (sid of its ID token), so that it can be told which one has ended.
alter table oidc.session add column sids jsonb not null default '{}';

-- Services that still have to hear that somebody signed out there. Written in the transaction that ended the session; a row goes when it was heard.
create table oidc.telling (
  telling_id uuid primary key,
  client_id text not null,
  sealed bytea not null,
  attempts int not null default 0,
  next_attempt_at timestamptz(3) not null,
  expires_at timestamptz(3) not null
);
create index telling_due on oidc.telling (next_attempt_at);
create index telling_expiry on oidc.telling (expires_at);
