-- When an organisation wants to be left in peace by its receivers, and what goes through all the same.
create table receivers.quiet (
  organization_id uuid primary key,
  zone text not null,
  -- Days of the week (1 is Monday) with hours of the clock on the wall there.
  spans jsonb not null,
  urgent text not null check (urgent in ('not-stopped', 'critical', 'high', 'medium'))
);
alter table receivers.receiver add column keeps_quiet boolean not null default false;
alter table receivers.delivery
  -- Of a detection: severity_id of OCSF, and whether it was stopped.
  add column severity int2,
  add column is_stopped boolean,
  -- It came in quiet hours: it waits for their end.
  add column is_held boolean not null default false,
  -- It was held, and they are over.
  add column is_late boolean not null default false;
