-- Address and name are sealed with the invitation's own key, which is erased with it.
insert into sealing.plain (of_table, place, fields)
  select 'invitations.invitation', jsonb_build_object('organization_id', organization_id, 'invitation_id', invitation_id),
    jsonb_build_object('email', email, 'name', name)
  from invitations.invitation;
create policy owner_carries on invitations.invitation for update to portal_owner using (true) with check (true);
alter table invitations.invitation add column sealed bytea not null default '\x', add column email_token int8;
-- Nothing matches it, and two open ones of an organisation differ.
update invitations.invitation set email_token = ('x' || left(md5(gen_random_uuid()::text), 16))::bit(64)::int8;
drop policy owner_carries on invitations.invitation;
drop index invitations.one_open_invitation;
alter table invitations.invitation drop column email, drop column name, alter column sealed drop default, alter column email_token set not null;
create unique index one_open_invitation on invitations.invitation (organization_id, email_token) where accepted_at is null and withdrawn_at is null;
cluster invitations.invitation using invitation_pkey;

drop function invitations.names_of(uuid[]);
create function invitations.names_of(ids uuid[]) returns table (organization_id uuid, invitation_id uuid, sealed bytea)
language sql stable security definer set search_path = '' as $$
  select i.organization_id, i.invitation_id, i.sealed from invitations.invitation i where i.invitation_id = any (ids)
$$;

create trigger erase_key after delete on invitations.invitation for each row execute function sealing.erase_key('invitation_id', 'organization_id');

drop function invitations.rows_about(uuid, text[], int, int);
drop function invitations.count_about(uuid, text[]);
drop function invitations.forget_addresses(text[]);
-- For the rights of a person: invitations to their addresses, and those they made themselves, without the address of whom they invited.
create function invitations.rows_about(person uuid, addresses int8[], skip int, most int) returns setof invitations.invitation
language sql stable security definer set search_path = '' as $$
  select i.organization_id, i.invitation_id, i.token_hash, i.roles, i.language, i.invited_by, i.created_at, i.expires_at, i.accepted_at,
    i.withdrawn_at, case when theirs then i.sealed end, case when theirs then i.email_token end
  from invitations.invitation i, lateral (select i.email_token = any (addresses) as theirs) t
  where theirs or i.invited_by = person
  order by i.created_at, i.invitation_id offset skip limit most
$$;
create function invitations.count_about(person uuid, addresses int8[]) returns int
language sql stable security definer set search_path = '' as $$
  select count(*)::int from invitations.invitation i where i.email_token = any (addresses) or i.invited_by = person
$$;
-- What was sent to these addresses, open or long accepted: their holder is forgotten.
create function invitations.forget_addresses(addresses int8[]) returns int
language sql security definer set search_path = '' as $$
  with gone as (
    delete from invitations.invitation i where i.email_token = any (addresses) returning 1
  )
  select count(*)::int from gone
$$;
create index invitation_by_email on invitations.invitation (email_token);
