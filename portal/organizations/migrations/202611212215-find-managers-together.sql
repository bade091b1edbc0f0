-- For all companies that requests of one moment ask about, in place of one at a time.
drop function organizations.managers_of(uuid);
create function organizations.managers_of(companies uuid[]) returns table (company uuid, managing_id uuid, activities text[])
language sql stable security definer set search_path = '' rows 2 as $$
  select o.organization_id, o.managing_id, o.activities from organizations.outsourcing o
  where o.organization_id = any (companies) and o.ended_at is null
$$;
