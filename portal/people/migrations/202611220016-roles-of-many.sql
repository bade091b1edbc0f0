-- As many questions as there are requests at one moment, each a person and an organisation; `n` says which. No cache lies between a change of
-- roles and its effect. `offset 0` keeps each a look-up by key: the planner, which cannot know how many there are, might read everybody.
drop function people.roles_in(uuid, uuid);
create function people.roles_in(persons uuid[], organizations uuid[]) returns table (n bigint, roles text[])
language sql stable security definer set search_path = '' rows 50 as $$
  select q.n, m.roles
  from unnest(persons, organizations) with ordinality as q (person_id, organization_id, n)
  cross join lateral (
    select m.roles from people.membership m
    where m.organization_id = q.organization_id and m.person_id = q.person_id offset 0) m
$$;
