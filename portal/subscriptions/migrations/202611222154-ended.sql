-- Companies that have subscribed to something, of which nothing runs or is to begin, and when the last of it ended.
create function subscriptions.all_ended(at_time timestamptz, most int) returns table (organization_id uuid, ended_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select s.organization_id, pg_catalog.max(s.ends_at) from subscriptions.subscription s
  group by s.organization_id
  having pg_catalog.bool_and(s.ends_at is not null and s.ends_at <= at_time)
  order by 2 limit most
$$;
revoke all on function subscriptions.all_ended(timestamptz, int) from public;
grant execute on function subscriptions.all_ended(timestamptz, int) to portal;
