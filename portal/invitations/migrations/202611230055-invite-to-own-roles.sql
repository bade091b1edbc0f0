-- Whoever is invited may come with roles that the organisation has made, with or without one of the three.
alter table invitations.invitation add column own_roles uuid[] not null default '{}';
alter table invitations.invitation drop constraint invitation_roles_check;
alter table invitations.invitation
  add constraint invitation_some_role check (cardinality(roles) + cardinality(own_roles) between 1 and 20);
create index invitation_of_role on invitations.invitation using gin (own_roles) where accepted_at is null and withdrawn_at is null;

-- The same as before, with the new column at its end.
drop function invitations.rows_about(uuid, int8[], int, int);
create function invitations.rows_about(person uuid, addresses int8[], skip int, most int) returns setof invitations.invitation
language sql stable security definer set search_path = '' as $$
  select i.organization_id, i.invitation_id, i.token_hash, i.roles, i.language, i.invited_by, i.created_at, i.expires_at, i.accepted_at,
    i.withdrawn_at, case when theirs then i.sealed end, case when theirs then i.email_token end, i.own_roles
  from invitations.invitation i, lateral (select i.email_token = any (addresses) as theirs) t
  where theirs or i.invited_by = person
  order by i.created_at, i.invitation_id offset skip limit most
$$;
