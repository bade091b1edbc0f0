-- For the rights of a person: invitations to their addresses, and those they made themselves, without the address of whom they invited.
create function invitations.rows_about(person uuid, addresses text[], skip int, most int) returns setof invitations.invitation
language sql stable security definer set search_path = '' as $$
  select i.organization_id, i.invitation_id, i.token_hash, case when theirs then i.email else '' end, case when theirs then i.name end,
    i.roles, i.language, i.invited_by, i.created_at, i.expires_at, i.accepted_at, i.withdrawn_at
  from invitations.invitation i, lateral (select pg_catalog.lower(i.email) = any (addresses) as theirs) t
  where theirs or i.invited_by = person
  order by i.created_at, i.invitation_id offset skip limit most
$$;

create function invitations.count_about(person uuid, addresses text[]) returns int
language sql stable security definer set search_path = '' as $$
  select count(*)::int from invitations.invitation i
  where pg_catalog.lower(i.email) = any (addresses) or i.invited_by = person
$$;

-- What was sent to these addresses, open or long accepted: their holder is forgotten.
create function invitations.forget_addresses(addresses text[]) returns int
language sql security definer set search_path = '' as $$
  with gone as (
    delete from invitations.invitation i where pg_catalog.lower(i.email) = any (addresses) returning 1
  )
  select count(*)::int from gone
$$;
