-- How a service speaks; each setting is one of its contract. A program of this house has none.
alter table services.service add column protocol jsonb;

-- With whoever runs a service: subscriber, signatories, notice, groups, registered addresses and billing are one linked record (ID-37). The
-- addresses, keys and data are those of the service's own row.
create table services.contract (
  client_id text primary key references services.service (client_id) on delete cascade,
  contract_id uuid not null unique,
  state text not null check (state in ('test', 'in-force')),
  organization text not null check (length(organization) between 1 and 200),
  business_id text not null check (length(business_id) between 1 and 40),
  -- ID-63: EU and Iceland, Liechtenstein, Norway. Here as well as in the code, so that no way in gets round it.
  seat text not null check (seat = any ('{AT,BE,BG,CY,CZ,DE,DK,EE,ES,FI,FR,GR,HR,HU,IE,IS,IT,LI,LT,LU,LV,MT,NL,NO,PL,PT,RO,SE,SI,SK}')),
  hosting text[] not null check (cardinality(hosting) between 1 and 10 and hosting <@
    '{AT,BE,BG,CY,CZ,DE,DK,EE,ES,FI,FR,GR,HR,HU,IE,IS,IT,LI,LT,LU,LV,MT,NL,NO,PL,PT,RO,SE,SI,SK}'),
  notice_months int not null check (notice_months between 1 and 24),
  has_groups boolean not null,
  invoiced_at text check (length(invoiced_at) between 1 and 500),
  subject text not null check (subject in ('pairwise', 'event')),
  terms text not null,
  declared_at timestamptz not null,
  made_at timestamptz not null,
  enforced_at timestamptz,
  ends_at timestamptz,
  check ((state = 'in-force') = (enforced_at is not null))
);

create table services.contract_person (
  contract_person_id uuid primary key,
  client_id text not null references services.contract (client_id) on delete cascade,
  role text not null check (role in ('contact', 'signatory')),
  sealed bytea not null,
  email_token int8,
  erase_at timestamptz
);
create index contract_person_service on services.contract_person (client_id);
create index contract_person_email on services.contract_person (email_token);
create index contract_person_expiry on services.contract_person (erase_at);

-- A hash of 256 random bits. Two at a time, so that a service can change over.
create table services.secret (
  client_id text not null references services.service (client_id) on delete cascade,
  hash bytea not null check (length(hash) = 32),
  made_at timestamptz not null,
  ends_at timestamptz,
  primary key (client_id, hash)
);
create index secret_expiry on services.secret (ends_at);
