-- A code with which devices are enrolled: one or several, until a time, unless it is revoked. Only its hash is kept.
create table devices.code (
  organization_id uuid not null,
  code_id uuid not null,
  token_hash bytea not null unique check (length(token_hash) = 32),
  uses int not null check (uses > 0),
  used int not null default 0 check (used between 0 and uses),
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  primary key (organization_id, code_id)
);
create index code_by_end on devices.code (expires_at);

create table devices.device (
  organization_id uuid not null,
  -- Whoever signs a request names it, before it is known whose it is.
  device_id uuid not null unique,
  public_key bytea not null check (length(public_key) = 32),
  -- The same hardware is the same device.
  hardware_token int8 not null,
  code_id uuid not null,
  sealed bytea not null,
  language text check (language in ('fi', 'en')),
  os jsonb not null,
  agent_version text not null,
  as_root boolean,
  state text not null,
  because jsonb,
  protections jsonb not null default '[]',
  rules jsonb not null default '{"sets": [], "updatedAt": null, "testOnly": false}',
  caches jsonb not null default '{"filterVersion": null, "updatedAt": null}',
  policy_version int not null default 0,
  events_waiting int8 not null default 0,
  events_lost int8 not null default 0,
  is_isolated boolean not null default false,
  enrolled_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  last_seen_at timestamptz(3) not null,
  primary key (organization_id, device_id),
  unique (organization_id, hardware_token)
);
create index device_by_seen on devices.device (organization_id, last_seen_at desc, device_id desc);
create trigger erase_key after delete on devices.device for each row execute function sealing.erase_key('device_id', 'organization_id');

-- What a device is asked to do. It is told until it has said how it ended, or until its time is over.
create table devices.action (
  organization_id uuid not null,
  action_id uuid not null,
  device_id uuid not null,
  kind text not null,
  state text not null check (state in ('waiting', 'sent', 'done', 'failed', 'refused')),
  why text,
  sealed bytea not null,
  result jsonb,
  requested_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  ended_at timestamptz(3),
  primary key (organization_id, action_id),
  foreign key (organization_id, device_id) references devices.device (organization_id, device_id) on delete cascade
);
create index action_of_device on devices.action (organization_id, device_id, requested_at desc);
create index action_open on devices.action (organization_id, device_id) where ended_at is null;
create index action_by_age on devices.action (requested_at);

-- The content of a file that was collected, in parts that fit a sealed value.
create table devices.collected (
  organization_id uuid not null,
  part_id uuid not null,
  device_id uuid not null,
  action_id uuid not null,
  part int not null,
  sealed bytea not null,
  collected_at timestamptz(3) not null,
  primary key (organization_id, part_id),
  unique (organization_id, action_id, part),
  foreign key (organization_id, action_id) references devices.action (organization_id, action_id) on delete cascade
);
create index collected_by_age on devices.collected (collected_at);

-- portal_owner cannot sign in: these policies serve the two functions below, which are asked before it is known whose a device is.
create policy owner_reads on devices.code for select to portal_owner using (true);
create policy owner_reads on devices.device for select to portal_owner using (true);

create function devices.find_code(hash bytea) returns table (organization_id uuid, code_id uuid, expires_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select c.organization_id, c.code_id, c.expires_at from devices.code c where c.token_hash = hash
$$;

-- What devices are called; asked by areas for ids that stand in rows which the caller may see.
create function devices.names_of(ids uuid[]) returns table (organization_id uuid, device_id uuid, sealed bytea)
language sql stable security definer set search_path = '' as $$
  select d.organization_id, d.device_id, d.sealed from devices.device d where d.device_id = any (ids)
$$;

create function devices.find_key(device uuid) returns table (organization_id uuid, public_key bytea)
language sql stable security definer set search_path = '' as $$
  select d.organization_id, d.public_key from devices.device d where d.device_id = device
$$;
