-- Which groups of a company's own provider give which role here. What that provider is, and its secret, lie with identity.
create table company_sign_in.setting (
  organization_id uuid primary key,
  mapping jsonb not null,
  changed_at timestamptz(3) not null
);

-- Between leaving for the provider and coming back.
create table company_sign_in.attempt (
  state_hash bytea primary key check (length(state_hash) = 32),
  browser_hash bytea not null check (length(browser_hash) = 32),
  organization_id uuid not null,
  errand text not null check (errand in ('sign-in', 'connect', 'try')),
  -- Who must come back, with the state, which is not kept.
  person_check bytea check (length(person_check) = 32),
  checks text not null,
  expires_at timestamptz(3) not null,
  check ((errand = 'sign-in') = (person_check is null))
);
create index attempt_by_end on company_sign_in.attempt (expires_at);
