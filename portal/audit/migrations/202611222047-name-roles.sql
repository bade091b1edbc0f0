-- An organisation's own roles are made, changed and removed.
alter table audit.record drop constraint record_target_kind_check;
alter table audit.record add constraint record_target_kind_check
  check (target_kind in ('organization', 'person', 'invitation', 'session', 'device', 'detection', 'api-key', 'role'));
