-- What a person has filled in so far, sealed with the event's own secret value, which is in the person's cookie only.
create table sign_in.draft (
  event_hash bytea primary key,
  sealed bytea not null,
  expires_at timestamptz not null
);
create index draft_expiry on sign_in.draft (expires_at);
