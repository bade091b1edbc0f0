-- Who waits lies in rows of some hundred numbers, so that it is quick to begin with 100,000; a row for each is only written once it is done, and only
-- where there is a way back.
-- The wall around rows holds for whoever migrates as well.
alter table devices.bulk no force row level security;
alter table devices.bulk_item no force row level security;

create table devices.bulk_waiting (
  organization_id uuid not null,
  bulk_id uuid not null,
  part int not null,
  devices uuid[] not null,
  primary key (organization_id, bulk_id, part),
  foreign key (organization_id, bulk_id) references devices.bulk (organization_id, bulk_id) on delete cascade
);

-- What is under way goes on where it was.
insert into devices.bulk_waiting (organization_id, bulk_id, part, devices)
select numbered.organization_id, numbered.bulk_id, numbered.part, array_agg(numbered.device_id)
from (
  select i.organization_id, i.bulk_id, i.device_id,
    (row_number() over (partition by i.organization_id, i.bulk_id order by i.device_id) - 1) / 500 as part
  from devices.bulk_item i
  join devices.bulk b on b.organization_id = i.organization_id and b.bulk_id = i.bulk_id and b.state = 'running'
  where i.state = 'waiting') as numbered
group by numbered.organization_id, numbered.bulk_id, numbered.part;

delete from devices.bulk_item i using devices.bulk b
where b.organization_id = i.organization_id and b.bulk_id = i.bulk_id and (i.state <> 'done' or b.kind not in ('tag', 'untag', 'group'));
drop index devices.bulk_item_by_state;
alter table devices.bulk_item drop column state;

alter table devices.bulk force row level security;
alter table devices.bulk_item force row level security;
