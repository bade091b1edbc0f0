-- Of a company that is removed: its people, whether they are in another organisation too, and how identity names them here.
create function people.leaving(most int) returns table (person_id uuid, subject text, is_elsewhere boolean)
language sql stable security definer set search_path = '' as $$
  select p.person_id, p.subject, exists (
    select 1 from people.membership o where o.person_id = m.person_id and o.organization_id <> m.organization_id)
  from people.membership m join people.person p on p.person_id = m.person_id
  where m.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
  order by m.person_id limit most
$$;
revoke all on function people.leaving(int) from public;
grant execute on function people.leaving(int) to portal;
