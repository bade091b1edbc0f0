-- A key may be given an own role instead of permissions of its own: what it may is what the role says at each request.
alter table api_keys.key add column role_id uuid;
alter table api_keys.key drop constraint key_permissions_check;
alter table api_keys.key add constraint key_permissions_check check ((cardinality(permissions) > 0) = (role_id is null));
create index key_by_role on api_keys.key (organization_id, role_id) where role_id is not null;

drop function api_keys.find(bytea);
create function api_keys.find(hash bytea)
returns table (organization_id uuid, key_id uuid, permissions text[], role_id uuid, expires_at timestamptz, last_used_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select k.organization_id, k.key_id, k.permissions, k.role_id, k.expires_at, k.last_used_at from api_keys.key k where k.token_hash = hash
$$;
