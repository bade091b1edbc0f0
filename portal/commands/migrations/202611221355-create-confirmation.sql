-- Walled by nothing: commands of the terminal concern the whole installation, and only the provider's routes read and write.
create table commands.confirmation (
  confirmation_id uuid primary key,
  command text not null check (command in ('backup', 'keys backup', 'keys rotate', 'cloud rotate', 'bookkeeping export')),
  -- SHA-256 of everything that is asked for, and of what may be repeated.
  digest bytea not null check (length(digest) = 32),
  scope bytea check (length(scope) = 32),
  sealed bytea not null,
  asked_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  state text not null default 'waiting' check (state in ('waiting', 'confirmed', 'used', 'cancelled')),
  decided_by uuid,
  decided_at timestamptz(3),
  standing_until timestamptz(3) check (standing_until is null or scope is not null),
  erase_at timestamptz(3) not null,
  check ((decided_by is null) = (decided_at is null))
);
create index confirmation_scope on commands.confirmation (scope) where standing_until is not null;
create index confirmation_to_erase on commands.confirmation (erase_at);
create index confirmation_decided on commands.confirmation (decided_by);
create trigger erase_key after delete on commands.confirmation for each row execute function sealing.erase_key('confirmation_id');
