-- A query of groups that was refused is shown to whoever writes the service, too.
alter table services.failure drop constraint failure_step_check;
alter table services.failure add constraint failure_step_check
  check (step in ('authorization', 'request', 'token', 'userinfo', 'sign-out', 'groups'));
