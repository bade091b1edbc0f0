-- D-029: that an event a person started was carried to its end and delivered to this service, and what. A service may ask for memberships on the strength of
-- it (ID-51), and the person sees it. Of services that only identify there is no row: nothing stays of those (ID-71).
create table release.delivered (
  person_id uuid not null,
  client_id text not null,
  items text[] not null,
  delivered_at timestamptz(3) not null,
  groups_asked_at timestamptz(3),
  primary key (person_id, client_id)
);

alter table release.log drop constraint log_what_check;
alter table release.log add constraint log_what_check
  check (what in ('continued', 'remembered', 'cancelled', 'handed-over', 'groups-asked'));
