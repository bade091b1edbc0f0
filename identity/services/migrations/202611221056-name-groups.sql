-- Which groups it may ask about (ID-49, A-17); by their numbers, which the group's administrator tells whoever makes the contract.
alter table services.contract add column groups uuid[] not null default '{}' check (cardinality(groups) <= 50);
alter table services.contract add check (has_groups or groups = '{}');

-- Hashes of assertions with which services have asked, so that each is worth something once.
create table services.assertion (
  hash bytea primary key check (length(hash) = 32),
  expires_at timestamptz(3) not null
);
create index assertion_expiry on services.assertion (expires_at);
