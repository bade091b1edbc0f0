-- Where an organisation has its events sent. Address and secret are sealed: who knows the address of a chat may write to it.
create table receivers.receiver (
  organization_id uuid not null,
  receiver_id uuid not null,
  title text not null check (length(title) between 1 and 80),
  kind text not null check (kind in ('json', 'slack', 'teams', 'mattermost', 'ocsf', 'syslog')),
  events text[] not null check (cardinality(events) > 0),
  language text not null check (language in ('fi', 'en')),
  -- Whether names of devices, paths and users go along.
  has_names boolean not null,
  -- Of an authority of the organisation's own; public by its nature.
  certificate text,
  state text not null default 'on' check (state in ('on', 'paused')),
  -- Everything until then has been looked at.
  seen_until timestamptz(3) not null,
  failing_since timestamptz(3),
  failure text,
  -- How often in a row nothing came through, and when it is tried next.
  attempts int not null default 0,
  try_at timestamptz(3),
  delivered_at timestamptz(3),
  made_at timestamptz(3) not null,
  sealed bytea not null,
  primary key (organization_id, receiver_id)
);
create index receiver_on on receivers.receiver (organization_id) where state = 'on';
create trigger erase_key after delete on receivers.receiver for each row execute function sealing.erase_key('receiver_id', 'organization_id');

-- What is to be sent, by numbers only; what is said is put together when it is sent. One row for each event and receiver, whatever is looked at twice.
create table receivers.delivery (
  organization_id uuid not null,
  receiver_id uuid not null,
  delivery_id uuid not null,
  event text not null,
  about_id uuid not null,
  happened_at timestamptz(3) not null,
  sent_at timestamptz(3),
  made_at timestamptz(3) not null,
  primary key (organization_id, delivery_id),
  unique (organization_id, receiver_id, event, about_id, happened_at),
  foreign key (organization_id, receiver_id) references receivers.receiver (organization_id, receiver_id) on delete cascade
);
create index delivery_waiting on receivers.delivery (organization_id, receiver_id, happened_at, delivery_id) where sent_at is null;
create index delivery_by_age on receivers.delivery (made_at);

-- portal_owner cannot sign in: the policy serves the function. The work goes through all organisations; what is sent is read within each.
create policy owner_reads on receivers.receiver for select to portal_owner using (true);
create function receivers.find_working(after uuid, most int) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select distinct r.organization_id from receivers.receiver r
  where r.state = 'on' and (after is null or r.organization_id > after) order by 1 limit most
$$;
