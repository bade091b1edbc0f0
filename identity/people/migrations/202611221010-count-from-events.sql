-- ID-29: when the person last did something themselves; ID-74 to ID-76 count from it. Of those who are here already nobody has counted so far, so
-- they begin now: nobody is erased by a clock they could not know of. `told`: how many of the letters about it have been written since.
alter table people.person add column last_event_at timestamptz(3) not null default now(),
  add column told smallint not null default 0 check (told between 0 and 3);
alter table people.person alter column last_event_at drop default;
create index person_quiet on people.person (last_event_at);

-- For the job that writes those letters and erases: whose account has been quiet since `before`, page by page.
create function people.list_quiet(before timestamptz, behind uuid, most int) returns setof uuid
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform set_config('vartio.upkeep', 'on', true);
  return query select p.person_id from people.person p where p.last_event_at <= before and p.person_id > behind
    order by p.person_id limit least(most, 1000);
  perform set_config('vartio.upkeep', '', true);
end
$$;
