-- Whose a service is. What was agreed lies with identity; here is which organisation of the portal may look after it. None: the provider does.
create table contracts.owned (
  organization_id uuid not null,
  client_id text not null unique check (client_id ~ '^[a-z0-9][a-z0-9-]{0,63}$'),
  owned_at timestamptz(3) not null,
  primary key (organization_id, client_id)
);

-- What the owner has asked the provider to approve: that the contract comes into force, or a change of one that is. One at a time.
create table contracts.proposal (
  organization_id uuid not null,
  client_id text not null,
  proposal_id uuid not null,
  -- The fields that would be others, and how. None: that it comes into force.
  change jsonb,
  sent_at timestamptz(3) not null,
  declined_at timestamptz(3),
  -- Why it was declined.
  sealed bytea,
  primary key (organization_id, client_id),
  check ((declined_at is null) = (sealed is null)),
  foreign key (organization_id, client_id) references contracts.owned (organization_id, client_id) on delete cascade
);
create trigger erase_key after delete on contracts.proposal for each row execute function sealing.erase_key('proposal_id', 'organization_id');

-- portal_owner cannot sign in: the policies serve these functions, which only the provider's pages ask.
create policy owner_reads on contracts.owned for select to portal_owner using (true);
create policy owner_reads on contracts.proposal for select to portal_owner using (true);
create function contracts.list_owned(client_ids text[])
returns table (organization_id uuid, client_id text, proposal_id uuid, is_change boolean, sent_at timestamptz, declined_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select o.organization_id, o.client_id, p.proposal_id, p.change is not null, p.sent_at, p.declined_at
  from contracts.owned o left join contracts.proposal p on p.organization_id = o.organization_id and p.client_id = o.client_id
  where o.client_id = any (client_ids)
$$;
create function contracts.count_waiting() returns int
language sql stable security definer set search_path = '' as $$
  select pg_catalog.count(*)::int from contracts.proposal p where p.declined_at is null
$$;
revoke all on function contracts.list_owned(text[]), contracts.count_waiting() from public;
grant execute on function contracts.list_owned(text[]), contracts.count_waiting() to portal;
