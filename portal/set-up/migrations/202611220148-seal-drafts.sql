alter table set_up.draft add column draft_id uuid not null default gen_random_uuid(), add column sealed bytea not null default '\x';
insert into sealing.plain (of_table, place, fields)
  select 'set_up.draft', jsonb_build_object('draft_id', draft_id), jsonb_build_object('controller', controller::text) from set_up.draft;
alter table set_up.draft drop column controller, alter column draft_id drop default, alter column sealed drop default;
alter table set_up.draft add unique (draft_id);
cluster set_up.draft using draft_pkey;
create trigger erase_key after delete on set_up.draft for each row execute function sealing.erase_key('draft_id');
