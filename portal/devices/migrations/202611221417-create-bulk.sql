-- The same done to many devices: who they are is settled when it is begun, and then it goes on in handfuls, can be stopped, and some of it undone.
create table devices.bulk (
  organization_id uuid not null,
  bulk_id uuid not null,
  kind text not null check (kind in ('tag', 'untag', 'group', 'scan', 'update-rules', 'isolate', 'release', 'remove')),
  -- The tag or group; null for a group: out of any.
  label_id uuid,
  state text not null check (state in ('running', 'done', 'stopped', 'undoing', 'undone')),
  total int not null,
  done int not null default 0,
  skipped int not null default 0,
  undone int not null default 0,
  sealed bytea not null,
  created_at timestamptz(3) not null,
  ended_at timestamptz(3),
  primary key (organization_id, bulk_id)
);
create index bulk_by_age on devices.bulk (created_at);
create trigger erase_key after delete on devices.bulk for each row execute function sealing.erase_key('bulk_id', 'organization_id');

create table devices.bulk_item (
  organization_id uuid not null,
  bulk_id uuid not null,
  device_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'skipped', 'undone')),
  group_before uuid,
  primary key (organization_id, bulk_id, device_id),
  foreign key (organization_id, bulk_id) references devices.bulk (organization_id, bulk_id) on delete cascade,
  foreign key (organization_id, device_id) references devices.device (organization_id, device_id) on delete cascade
);
create index bulk_item_by_state on devices.bulk_item (organization_id, bulk_id, state, device_id);
create index bulk_item_by_device on devices.bulk_item (organization_id, device_id);
