-- Devices, and what was found on them, are things that something is done to.
alter table audit.record drop constraint record_target_kind_check;
alter table audit.record add constraint record_target_kind_check
  check (target_kind in ('organization', 'person', 'invitation', 'session', 'device', 'detection'));
alter table audit.activity drop constraint activity_target_kind_check;
alter table audit.activity add constraint activity_target_kind_check
  check (target_kind in ('organization', 'person', 'invitation', 'session', 'device', 'detection'));
