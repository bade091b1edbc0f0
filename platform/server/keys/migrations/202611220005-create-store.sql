-- One row: which store this is, and what holds for the whole of it.
create table key_store.store (
  is_only boolean primary key default true check (is_only),
  store_id uuid not null,
  root_number integer not null,
  rotation_due_at timestamptz,
  epoch integer not null,
  side smallint not null,
  is_rewrapping boolean not null default false,
  changes bigint not null default 0
);

-- The key of a scope is sealed by the root, everything else of the scope by that key. Both are null once the scope was erased.
create table key_store.scope (
  scope_id uuid primary key,
  version bigint not null,
  epoch integer not null,
  side smallint not null,
  page_count integer not null,
  sealed_key bytea,
  sealed_directory bytea,
  erased_change bigint not null default 0,
  check ((sealed_key is null) = (sealed_directory is null))
);
create index scope_erased_change on key_store.scope (erased_change) where erased_change > 0;
create index scope_epoch on key_store.scope (epoch);

-- Two sides: an epoch writes every page anew on the other side, and the side it came from is emptied as a whole.
create table key_store.page (
  side smallint not null,
  scope_id uuid not null,
  number integer not null,
  sealed bytea not null,
  primary key (side, scope_id, number)
) partition by list (side);
create table key_store.page_of_side_0 partition of key_store.page for values in (0);
create table key_store.page_of_side_1 partition of key_store.page for values in (1);
-- Random bytes cannot be made smaller; trying costs more than all the rest.
alter table key_store.page_of_side_0 alter column sealed set storage external;
alter table key_store.page_of_side_1 alter column sealed set storage external;

-- The program may empty the side that nothing points to, and no other.
create function key_store.empty_side(which smallint) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select 1 from key_store.scope where side = which and sealed_key is not null) then
    raise exception 'side % is in use', which;
  end if;
  if which = 0 then truncate key_store.page_of_side_0; else truncate key_store.page_of_side_1; end if;
end
$$;
