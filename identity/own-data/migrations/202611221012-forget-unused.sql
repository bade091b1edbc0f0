-- The person did not ask: nobody has used the account for so long that it must go (ID-76).
alter table own_data.request add column is_due boolean not null default false;
