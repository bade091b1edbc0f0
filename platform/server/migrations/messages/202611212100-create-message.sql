-- Who wants to hear of what. Rows are written when a program starts; a message goes to those that stand here.
create table messages.subscriber (
  name text primary key,
  topic text not null
);

-- The outbox: one row for each message and subscriber, written in the transaction that the message tells about and deleted in the
-- transaction that handles it.
create table messages.message (
  message_id bigint generated always as identity primary key,
  subscriber text not null,
  topic text not null,
  key text not null,
  payload jsonb not null,
  published_at timestamptz not null default now(),
  attempts integer not null default 0,
  not_before timestamptz,
  failure text
);

create index message_in_order on messages.message (subscriber, key, message_id);
