create table invitations.invitation (
  organization_id uuid not null,
  invitation_id uuid not null,
  token_hash bytea not null unique,
  email text not null check (length(email) between 3 and 254),
  name text check (length(name) <= 120),
  roles text[] not null check (cardinality(roles) between 1 and 10),
  language text not null check (language in ('fi', 'en')),
  invited_by uuid not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  accepted_at timestamptz(3),
  withdrawn_at timestamptz(3),
  primary key (organization_id, invitation_id),
  check (accepted_at is null or withdrawn_at is null)
);
create unique index one_open_invitation on invitations.invitation (organization_id, lower(email))
  where accepted_at is null and withdrawn_at is null;
create index invitation_by_end on invitations.invitation (expires_at);

-- portal_owner cannot sign in: these policies serve the functions below.
create policy owner_reads on invitations.invitation for select to portal_owner using (true);
create policy owner_deletes on invitations.invitation for delete to portal_owner using (true);

-- Whoever holds the link belongs to no organisation yet.
create function invitations.find(hash bytea) returns setof invitations.invitation
language sql stable security definer set search_path = '' as $$
  select * from invitations.invitation where token_hash = hash
$$;

-- For the audit log, whose rows hold ids.
create function invitations.names_of(ids uuid[]) returns table (invitation_id uuid, email text)
language sql stable security definer set search_path = '' as $$
  select i.invitation_id, i.email from invitations.invitation i where i.invitation_id = any (ids)
$$;

-- An address that was invited is kept for 30 days after the invitation could last have been used.
create function invitations.forget(before timestamptz) returns void
language sql security definer set search_path = '' as $$
  delete from invitations.invitation where expires_at <= before
$$;
