create table people.person (
  person_id uuid primary key,
  -- Identity's name for this person here and nowhere else (pairwise).
  subject text not null unique check (length(subject) between 1 and 255),
  name text not null check (length(name) between 1 and 120),
  email text not null check (length(email) between 3 and 254),
  phone text check (length(phone) <= 40),
  language text not null check (language in ('fi', 'en')),
  theme text not null default 'system' check (theme in ('system', 'light', 'dark')),
  created_at timestamptz(3) not null,
  -- Set while the person is in no organisation: then the row goes.
  erase_at timestamptz(3)
);
create index person_to_erase on people.person (erase_at) where erase_at is not null;

create table people.membership (
  organization_id uuid not null,
  person_id uuid not null references people.person (person_id),
  roles text[] not null check (cardinality(roles) between 1 and 10 and roles <@ array['administrator', 'privacy_officer', 'viewer']),
  joined_at timestamptz(3) not null,
  last_seen_at timestamptz(3),
  primary key (organization_id, person_id)
);
create index membership_by_person on people.membership (person_id);

-- portal_owner cannot sign in: these policies serve the functions below, which are the only doors in the walls.
create policy owner on people.person to portal_owner using (true) with check (true);
create policy owner on people.membership to portal_owner using (true) with check (true);

-- Before anybody knows who it is.
create function people.find_by_subject(wanted text) returns uuid
language sql stable security definer set search_path = '' as $$
  select person_id from people.person where subject = wanted
$$;

-- Read on every request: no cache lies between a change of roles and its effect.
create function people.roles_in(person uuid, organization uuid) returns text[]
language sql stable security definer set search_path = '' as $$
  select m.roles from people.membership m where m.organization_id = organization and m.person_id = person
$$;

-- Where the person whom the transaction sees is a member.
create function people.memberships_of_person() returns table (organization_id uuid, roles text[])
language sql stable security definer set search_path = '' as $$
  select m.organization_id, m.roles from people.membership m
  where m.person_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
  order by m.joined_at, m.organization_id
$$;

-- Members of the organisation that the transaction sees, in Finnish order of names. Searching here keeps the index of the key in use.
create function people.list_members(search text, after_name text, after_id uuid, most int)
returns table (person_id uuid, name text, email text, phone text, roles text[], joined_at timestamptz, last_seen_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select p.person_id, p.name, p.email, p.phone, m.roles, m.joined_at, m.last_seen_at
  from people.membership m join people.person p on p.person_id = m.person_id
  where m.organization_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
    and (search is null or pg_catalog.strpos(pg_catalog.lower(p.name collate pg_catalog."fi-x-icu"), pg_catalog.lower(search collate pg_catalog."fi-x-icu")) > 0
      or pg_catalog.strpos(pg_catalog.lower(p.email), pg_catalog.lower(search)) > 0)
    and (after_id is null or (p.name collate pg_catalog."fi-x-icu", p.person_id) > (after_name collate pg_catalog."fi-x-icu", after_id))
  order by p.name collate pg_catalog."fi-x-icu", p.person_id limit most
$$;

-- What persons are called; asked by areas for ids that stand in rows which the caller may see.
create function people.names_of(ids uuid[]) returns table (person_id uuid, name text)
language sql stable security definer set search_path = '' as $$
  select p.person_id, p.name from people.person p where p.person_id = any (ids)
$$;

create function people.mark_seen(organizations uuid[], persons uuid[], at timestamptz) returns void
language sql security definer set search_path = '' as $$
  update people.membership m set last_seen_at = at
  from unnest(organizations, persons) as s (organization_id, person_id)
  where m.organization_id = s.organization_id and m.person_id = s.person_id and (m.last_seen_at is null or m.last_seen_at < at)
$$;

-- A person whom the transaction sees and who is in no organisation any more, or not yet, goes at the given time; any other stays.
create function people.set_erasure(at timestamptz) returns void
language sql security definer set search_path = '' as $$
  update people.person p
  set erase_at = case when exists (select 1 from people.membership m where m.person_id = p.person_id) then null
    else greatest(p.erase_at, at) end
  where p.person_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
$$;

create function people.erase_due(now timestamptz) returns int
language sql security definer set search_path = '' as $$
  with gone as (
    delete from people.person p
    where p.erase_at <= now and not exists (select 1 from people.membership m where m.person_id = p.person_id)
    returning 1
  )
  select count(*)::int from gone
$$;
