create function organizations.find_provider() returns uuid
language sql stable security definer set search_path = '' as $$
  select organization_id from organizations.organization where is_provider
$$;

revoke all on function organizations.find_provider() from public;
grant execute on function organizations.find_provider() to portal;
