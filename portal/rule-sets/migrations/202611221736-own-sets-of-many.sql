-- Which rules of their own organisations have in use, for devices that check in at one moment: names and versions. The policy is there.
create function rule_sets.own_of(organizations uuid[]) returns table (organization_id uuid, name text, version text)
language sql stable security definer set search_path = '' as $$
  select s.organization_id, s.name, s.version::text from rule_sets.own_set s
  where s.organization_id = any (organizations) and s.is_used and s.version > 0 order by s.organization_id, s.name
$$;
