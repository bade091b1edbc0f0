-- Nonces of signed calls that were taken, until the call could not be accepted again anyway.
create table calls.nonce (
  nonce text primary key,
  expires_at timestamptz not null
);

create index nonce_expired on calls.nonce (expires_at);
