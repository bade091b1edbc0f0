-- Whose service this Vartio is (ID-05): the controller's own, or another's who runs it for the controller, or who has only delivered it. Every Vartio so
-- far is its controller's own.
alter table organizations.controller
  add column operator_role text not null default 'controller' check (operator_role in ('controller', 'processor', 'none')),
  add column operator_name text check (length(operator_name) between 1 and 200),
  add constraint operator_has_name check ((operator_role = 'controller') = (operator_name is null));

drop function organizations.read_controller();
create function organizations.read_controller()
returns table (organization_id uuid, name text, business_id text, postal_address text, operator_role text, operator_name text, sealed bytea)
language sql stable security definer set search_path = '' as $$
  select c.organization_id, c.name, c.business_id, c.postal_address, c.operator_role, c.operator_name, c.sealed
  from organizations.controller c join organizations.organization o on o.organization_id = c.organization_id
  where o.is_provider limit 1
$$;

-- Who has only delivered this Vartio has nothing to do with what is in it (ID-06): no organisation here has its name.
create function organizations.is_without_access(called text) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select 1 from organizations.controller where operator_role = 'none' and lower(operator_name) = lower(called))
$$;
create function organizations.is_here(called text) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select 1 from organizations.organization where lower(name) = lower(called))
    or exists (select 1 from organizations.controller where lower(name) = lower(called))
$$;
