-- Who has one of these roles in one of these organisations: an area that gives somebody something to do asks who may do it.
create function people.holders_of(organizations uuid[], wanted text[], among uuid[], most int)
returns table (organization_id uuid, person_id uuid, roles text[])
language sql stable security definer set search_path = '' rows 50 as $$
  select m.organization_id, m.person_id, m.roles from people.membership m
  where m.organization_id = any (organizations) and m.roles && wanted and (among is null or m.person_id = any (among))
  order by m.person_id, m.organization_id limit most
$$;
