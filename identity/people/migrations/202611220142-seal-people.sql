-- Names and addresses are sealed with the person's own key; an address is found by a keyed token. What was there is carried over when the program
-- next starts, until then its rows hold no value (\x) and a token that nothing matches. Clustering writes the table anew: a column
-- that is dropped otherwise stays in its rows.
alter table people.person no force row level security;
insert into sealing.plain (of_table, place, fields)
  select 'people.person', jsonb_build_object('person_id', person_id), jsonb_build_object('name', name) from people.person;
alter table people.person add column sealed bytea not null default '\x', drop column name;
alter table people.person alter column sealed drop default;
alter table people.person force row level security;
cluster people.person using person_pkey;

alter table people.email_address add column address_token int8, add column sealed bytea not null default '\x';
update people.email_address set address_token = ('x' || left(md5(gen_random_uuid()::text), 16))::bit(64)::int8;
insert into sealing.plain (of_table, place, fields)
  select 'people.email_address', jsonb_build_object('person_id', person_id, 'address_token', address_token::text),
    jsonb_build_object('address', address)
  from people.email_address;
alter table people.email_address drop column address, alter column address_token set not null, alter column sealed drop default;
alter table people.email_address add constraint email_address_pkey primary key (address_token);
cluster people.email_address using email_address_pkey;

create trigger erase_key after delete on people.person for each row execute function sealing.erase_key('person_id');
