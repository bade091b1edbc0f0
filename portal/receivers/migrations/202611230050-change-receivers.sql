-- An event that a receiver does not take for what is in it holds up none of those behind it: after a few tries it is set aside, for as long as it is kept.
alter table receivers.delivery
  add column refusals int2 not null default 0,
  -- What the receiver answered, a status of HTTP.
  add column answer int2,
  add column set_aside_at timestamptz(3);
drop index receivers.delivery_waiting;
create index delivery_waiting on receivers.delivery (organization_id, receiver_id, happened_at, delivery_id)
  where sent_at is null and set_aside_at is null;
create index delivery_set_aside on receivers.delivery (organization_id, receiver_id, set_aside_at) where set_aside_at is not null;
