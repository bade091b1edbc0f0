-- Nobody asked: an account was not used for so long that it must go (ID-76), so nothing its person could still do stands in the way.
alter table requests.request add column is_due boolean not null default false;
