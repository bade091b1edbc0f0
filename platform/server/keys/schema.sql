-- Generated from the live schema by npm run check -- --write. Never edited by hand.

table key_store.page (
  side smallint not null,
  scope_id uuid not null,
  number integer not null,
  sealed bytea not null
)
  constraint page_pkey PRIMARY KEY (side, scope_id, number)
  grants portal_keys delete, insert, select, update

table key_store.page_of_side_0 (
  side smallint not null,
  scope_id uuid not null,
  number integer not null,
  sealed bytea not null
)
  constraint page_of_side_0_pkey PRIMARY KEY (side, scope_id, number)
  grants portal_keys delete, insert, select, update

table key_store.page_of_side_1 (
  side smallint not null,
  scope_id uuid not null,
  number integer not null,
  sealed bytea not null
)
  constraint page_of_side_1_pkey PRIMARY KEY (side, scope_id, number)
  grants portal_keys delete, insert, select, update

table key_store.scope (
  scope_id uuid not null,
  version bigint not null,
  epoch integer not null,
  side smallint not null,
  page_count integer not null,
  sealed_key bytea,
  sealed_directory bytea,
  erased_change bigint not null default 0
)
  CREATE INDEX scope_epoch ON key_store.scope USING btree (epoch)
  CREATE INDEX scope_erased_change ON key_store.scope USING btree (erased_change) WHERE (erased_change > 0)
  constraint scope_check CHECK (((sealed_key IS NULL) = (sealed_directory IS NULL)))
  constraint scope_pkey PRIMARY KEY (scope_id)
  grants portal_keys delete, insert, select, update

table key_store.store (
  is_only boolean not null default true,
  store_id uuid not null,
  root_number integer not null,
  rotation_due_at timestamp with time zone,
  epoch integer not null,
  side smallint not null,
  is_rewrapping boolean not null default false,
  changes bigint not null default 0
)
  constraint store_is_only_check CHECK (is_only)
  constraint store_pkey PRIMARY KEY (is_only)
  grants portal_keys delete, insert, select, update

table platform.migration (
  area text not null,
  name text not null,
  sha256 text not null,
  ran_at timestamp with time zone not null default now()
)
  constraint migration_pkey PRIMARY KEY (area, name)
  grants portal_keys select

CREATE OR REPLACE FUNCTION key_store.empty_side(which smallint)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if exists (select 1 from key_store.scope where side = which and sealed_key is not null) then
    raise exception 'side % is in use', which;
  end if;
  if which = 0 then truncate key_store.page_of_side_0; else truncate key_store.page_of_side_1; end if;
end
$function$
