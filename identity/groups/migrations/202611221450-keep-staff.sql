-- ID-88: who works for the provider, and in which role, is kept as groups. The portal says who; nobody administers them here.
alter table groups.named_group add column staff_role text unique check (staff_role in ('administrator', 'privacy_officer', 'viewer'));
create index log_staff on groups.log (at desc, entry_id desc);
