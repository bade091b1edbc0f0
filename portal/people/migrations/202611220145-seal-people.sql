-- Name, address and number are sealed with the person's own key; an address is found by a keyed token. What was there is carried over when the
-- program next starts, until then its rows hold no value (\x) and a token that nothing matches. Clustering writes the table anew: a column
-- that is dropped otherwise stays in its rows.
insert into sealing.plain (of_table, place, fields)
  select 'people.person', jsonb_build_object('person_id', person_id),
    jsonb_build_object('name', name, 'email', email, 'phone', phone)
  from people.person;
alter table people.person
  add column sealed bytea not null default '\x', add column email_token int8 not null default 0,
  drop column name, drop column email, drop column phone;
alter table people.person alter column sealed drop default, alter column email_token drop default;
cluster people.person using person_pkey;
create index person_by_email on people.person (email_token);

drop function people.list_members(text, text, uuid, int);
drop function people.names_of(uuid[]);
drop function people.has_member_at(text);

-- Members of the organisation that the transaction sees: those named, or all by their number, behind `after`.
create function people.members(ids uuid[], after uuid, most int)
returns table (person_id uuid, sealed bytea, roles text[], joined_at timestamptz, last_seen_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select p.person_id, p.sealed, m.roles, m.joined_at, m.last_seen_at
  from people.membership m join people.person p on p.person_id = m.person_id
  where m.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
    and (ids is null or m.person_id = any (ids)) and (after is null or m.person_id > after)
  order by m.person_id limit most
$$;

-- While their names are being opened: in the order in which they joined.
create function people.members_by_joining(after uuid, most int) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select m.person_id from people.membership m
  where m.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
    and (after is null or (m.joined_at, m.person_id) > (
      select a.joined_at, a.person_id from people.membership a where a.organization_id = m.organization_id and a.person_id = after))
  order by m.joined_at, m.person_id limit most
$$;

-- What persons are called; asked by areas for ids that stand in rows which the caller may see.
create function people.names_of(ids uuid[]) returns table (person_id uuid, sealed bytea)
language sql stable security definer set search_path = '' as $$
  select p.person_id, p.sealed from people.person p where p.person_id = any (ids)
$$;

-- Whether somebody with this address is a member of the organisation that the transaction sees.
create function people.has_member_at(address int8) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select 1 from people.membership m join people.person p on p.person_id = m.person_id
    where m.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid and p.email_token = address)
$$;

create trigger erase_key after delete on people.person for each row execute function sealing.erase_key('person_id');

-- Names and addresses are opened by the program.
drop function people.address_of(uuid);
