-- What anybody has written to the controller. Of whom it is stands nowhere but in the text itself, where whoever wrote put it; no address of theirs
-- is kept. Six calendar months are 184 days at most.
create table contact.message (
  message_id uuid primary key,
  language text not null check (language in ('fi', 'en')),
  can_answer boolean not null,
  received_at timestamptz(3) not null,
  handled_at timestamptz(3) check (handled_at >= received_at),
  expires_at timestamptz(3) not null check (expires_at > received_at and expires_at <= received_at + interval '4416 hours'),
  sealed bytea not null
);
create index message_by_expiry on contact.message (expires_at);
create trigger erase_key after delete on contact.message for each row execute function sealing.erase_key('message_id');
