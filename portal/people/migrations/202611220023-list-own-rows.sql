-- For the rights of the person whom the transaction sees: their memberships, in whichever organisation.
create function people.membership_rows() returns setof people.membership
language sql stable security definer set search_path = '' as $$
  select m.* from people.membership m
  where m.person_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
  order by m.organization_id
$$;

-- Where letters to a person go: whoever forgets them takes those along that are on their way.
create function people.address_of(person uuid) returns text
language sql stable security definer set search_path = '' as $$
  select p.email from people.person p where p.person_id = person
$$;
