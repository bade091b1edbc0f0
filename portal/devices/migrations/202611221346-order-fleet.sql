-- A fleet of 100,000: what the list is filtered and sorted by lies in columns of its own. (Operators of jsonb are not leakproof: behind row-level
-- security no index over an expression of them would be used.)
alter table devices.device
  add column os_name text not null generated always as (coalesce(os ->> 'name', '')) stored,
  add column os_version text not null generated always as (coalesce(os ->> 'version', '')) stored,
  add column has_test_rules boolean not null generated always as (coalesce((rules ->> 'testOnly')::boolean, false)) stored,
  add column group_id uuid;

-- What a policy may be for later: an organisation, one of its groups of devices, a device. A device is in one group at most.
create table devices.device_group (
  organization_id uuid not null,
  group_id uuid not null,
  sealed bytea not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, group_id)
);
create trigger erase_key after delete on devices.device_group for each row execute function sealing.erase_key('group_id', 'organization_id');
alter table devices.device add foreign key (organization_id, group_id)
  references devices.device_group (organization_id, group_id) on delete set null (group_id);

create table devices.tag (
  organization_id uuid not null,
  tag_id uuid not null,
  sealed bytea not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, tag_id)
);
create trigger erase_key after delete on devices.tag for each row execute function sealing.erase_key('tag_id', 'organization_id');
create table devices.tagged (
  organization_id uuid not null,
  tag_id uuid not null,
  device_id uuid not null,
  primary key (organization_id, tag_id, device_id),
  foreign key (organization_id, tag_id) references devices.tag (organization_id, tag_id) on delete cascade,
  foreign key (organization_id, device_id) references devices.device (organization_id, device_id) on delete cascade
);
create index tagged_by_device on devices.tagged (organization_id, device_id, tag_id);

-- How a person likes to see the list of an organisation: columns, filter and order; one of them without a name is as they left it.
create table devices.view (
  organization_id uuid not null,
  view_id uuid not null,
  person_id uuid not null,
  is_current boolean not null,
  shown jsonb not null,
  sealed bytea not null,
  used_at timestamptz(3) not null,
  primary key (organization_id, view_id)
);
create index view_of_person on devices.view (organization_id, person_id, view_id);
create unique index view_current on devices.view (organization_id, person_id) where is_current;
create index view_by_use on devices.view (used_at);

create index device_by_state on devices.device (organization_id, state, last_seen_at desc, device_id desc);
create index device_by_enrolment on devices.device (organization_id, enrolled_at desc, device_id desc);
create index device_by_agent on devices.device (organization_id, agent_version, device_id);
create index device_by_system on devices.device (organization_id, os_name, os_version, device_id);
create index device_by_group on devices.device (organization_id, group_id, last_seen_at desc, device_id desc) where group_id is not null;
create index device_with_test_rules on devices.device (organization_id, last_seen_at desc, device_id desc) where has_test_rules;
create index device_with_losses on devices.device (organization_id, events_lost) where events_lost > 0;
