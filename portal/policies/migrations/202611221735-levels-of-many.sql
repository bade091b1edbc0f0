-- What holds for devices that check in at one moment, of whichever organisations: settings and numbers, of the levels that are named. Each is a look-up by key.
-- portal_owner cannot sign in: the policies serve the function.
create policy owner_reads on policies.level for select to portal_owner using (true);
create policy owner_reads on policies.exclusion for select to portal_owner using (true);
create function policies.levels_of(organizations uuid[], scopes uuid[], at timestamptz)
returns table (organization_id uuid, scope_id uuid, kind text, settings jsonb, locked text[], exclusions uuid[])
language sql stable security definer set search_path = '' as $$
  select found.* from unnest(organizations, scopes) as asked (organization_id, scope_id)
  cross join lateral (
    select l.organization_id, l.scope_id, l.kind, l.settings, l.locked, array(
      select e.exclusion_id from policies.exclusion e
      where e.organization_id = l.organization_id and e.scope_id = l.scope_id and e.until > at)
    from policies.level l where l.organization_id = asked.organization_id and l.scope_id = asked.scope_id offset 0) found
$$;
