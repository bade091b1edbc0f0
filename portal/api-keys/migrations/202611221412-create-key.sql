-- Keys of organisations for their programs. Only a hash of each is kept.
create table api_keys.key (
  organization_id uuid not null,
  key_id uuid not null,
  title text not null check (length(title) between 1 and 80),
  token_hash bytea not null unique check (length(token_hash) = 32),
  permissions text[] not null check (cardinality(permissions) > 0),
  made_at timestamptz(3) not null,
  expires_at timestamptz(3) not null check (expires_at > made_at),
  last_used_at timestamptz(3),
  primary key (organization_id, key_id)
);
create index key_by_end on api_keys.key (expires_at);

-- portal_owner cannot sign in: the policy serves these functions. The first is asked before it is known whose a key is, the second for ids that stand in
-- rows of the audit log which the caller may see.
create policy owner_reads on api_keys.key for select to portal_owner using (true);
create function api_keys.find(hash bytea)
returns table (organization_id uuid, key_id uuid, permissions text[], expires_at timestamptz, last_used_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select k.organization_id, k.key_id, k.permissions, k.expires_at, k.last_used_at from api_keys.key k where k.token_hash = hash
$$;
create function api_keys.names_of(ids uuid[]) returns table (key_id uuid, title text)
language sql stable security definer set search_path = '' as $$
  select k.key_id, k.title from api_keys.key k where k.key_id = any (ids)
$$;
