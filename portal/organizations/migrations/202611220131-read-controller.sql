-- Who answers for the personal data in this Vartio, for the notice, which anybody may read.
create policy owner on organizations.controller for select to portal_owner using (true);
create function organizations.read_controller()
returns table (name text, business_id text, postal_address text, contact_email text, data_protection_officer text)
language sql stable security definer set search_path = '' as $$
  select c.name, c.business_id, c.postal_address, c.contact_email, c.data_protection_officer
  from organizations.controller c join organizations.organization o on o.organization_id = c.organization_id
  where o.is_provider limit 1
$$;
