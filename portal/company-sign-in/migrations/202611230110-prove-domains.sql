-- Mail domains that an organisation says are its own. One leads to its provider once its name servers have said so; then it is nobody else's.
create table company_sign_in.domain (
  organization_id uuid not null,
  domain text not null check (domain ~ '^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$' and length(domain) <= 253),
  challenge text not null check (length(challenge) = 43),
  answer text not null check (answer in ('not-asked', 'there', 'missing', 'different', 'unanswered')),
  added_at timestamptz(3) not null,
  asked_at timestamptz(3),
  seen_at timestamptz(3),
  proven_at timestamptz(3),
  lost_at timestamptz(3),
  primary key (organization_id, domain),
  check (proven_at is null or seen_at is not null),
  check (lost_at is null or proven_at is not null)
);
create unique index domain_proven on company_sign_in.domain (domain) where proven_at is not null;

-- portal_owner cannot sign in: the policy serves these functions. Whoever types an address is not signed in yet; what is due is asked for all organisations.
create policy owner_reads on company_sign_in.domain for select to portal_owner using (true);
create function company_sign_in.led_by(asked text) returns table (organization_id uuid)
language sql stable security definer set search_path = '' as $$
  select d.organization_id from company_sign_in.domain d where d.domain = asked and d.proven_at is not null
$$;
create function company_sign_in.due_domains(weekly timestamptz, daily timestamptz, most int)
returns table (organization_id uuid, domain text)
language sql stable security definer set search_path = '' as $$
  select d.organization_id, d.domain from company_sign_in.domain d
  where d.proven_at is not null and d.asked_at < case when d.answer = 'there' then weekly else daily end
  order by d.asked_at limit most
$$;
