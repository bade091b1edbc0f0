-- ID-76: accounts that are here though their four months are over. What is only stored does not end (DSR-12), nor what is held before the hold does (RT-23).
create function people.prove_unused(now timestamptz) returns bigint
language plpgsql stable security definer set search_path = '' set timezone = 'UTC' as $$
declare
  found bigint;
begin
  perform set_config('vartio.upkeep', 'on', true);
  select count(*) into found from people.person p
    where p.last_event_at <= now - interval '119 days' and p.last_event_at + interval '4 months' <= now
      and not exists (select 1 from rights.restricted r where r.subject = p.person_id)
      and not exists (select 1 from expiry.grounds_on('people.person', p.person_id, now));
  perform set_config('vartio.upkeep', '', true);
  return found;
end
$$;
