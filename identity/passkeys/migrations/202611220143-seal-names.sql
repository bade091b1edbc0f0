-- What a passkey is called often names a device or its holder.
alter table passkeys.passkey no force row level security;
insert into sealing.plain (of_table, place, fields)
  select 'passkeys.passkey', jsonb_build_object('person_id', person_id, 'passkey_id', passkey_id), jsonb_build_object('name', name)
  from passkeys.passkey;
alter table passkeys.passkey add column sealed bytea not null default '\x', drop column name;
alter table passkeys.passkey alter column sealed drop default;
alter table passkeys.passkey force row level security;
cluster passkeys.passkey using passkey_pkey;
