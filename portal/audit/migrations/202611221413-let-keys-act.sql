-- Programs of organisations act with API keys.
alter table audit.record drop constraint record_actor_kind_check;
alter table audit.record add constraint record_actor_kind_check check (actor_kind in ('person', 'program', 'command', 'key'));
alter table audit.record drop constraint record_target_kind_check;
alter table audit.record add constraint record_target_kind_check
  check (target_kind in ('organization', 'person', 'invitation', 'session', 'device', 'detection', 'api-key'));
