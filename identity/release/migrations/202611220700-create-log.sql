-- The technical log of identifications for services of others (ID-38 to ID-44). No name, no address, no account: a session that has gone leads to nobody.
create table release.log (
  at timestamptz(3) not null,
  entry_id uuid not null,
  event bytea not null check (length(event) = 32),
  session_id uuid,
  contract_id uuid not null,
  what text not null check (what in ('continued', 'remembered', 'cancelled', 'handed-over')),
  sealed bytea,
  primary key (at, entry_id)
) partition by range (at);
create index log_event on release.log (event);
create table release.log_rest partition of release.log default;

-- Written once; reached through the table, never through a partition.
revoke update, delete, truncate on release.log from identity;
revoke all on release.log_rest from identity;
