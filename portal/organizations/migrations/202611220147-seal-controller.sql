-- Who is to be contacted is a person, who changes: the sealed value is replaced and the key goes with the organisation.
alter table organizations.controller no force row level security;
insert into sealing.plain (of_table, place, fields)
  select 'organizations.controller', jsonb_build_object('organization_id', organization_id),
    jsonb_build_object('contact_email', contact_email, 'data_protection_officer', data_protection_officer)
  from organizations.controller;
alter table organizations.controller add column sealed bytea not null default '\x', add column contact_token int8 not null default 0,
  drop column contact_email, drop column data_protection_officer;
alter table organizations.controller alter column sealed drop default, alter column contact_token drop default;
alter table organizations.controller force row level security;
cluster organizations.controller using controller_pkey;
create trigger erase_key after delete on organizations.controller for each row execute function sealing.erase_key('organization_id', 'organization_id');

drop function organizations.read_controller();
create function organizations.read_controller()
returns table (organization_id uuid, name text, business_id text, postal_address text, sealed bytea)
language sql stable security definer set search_path = '' as $$
  select c.organization_id, c.name, c.business_id, c.postal_address, c.sealed
  from organizations.controller c join organizations.organization o on o.organization_id = c.organization_id
  where o.is_provider limit 1
$$;
