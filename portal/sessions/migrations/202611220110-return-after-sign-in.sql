-- Where the person was going: a page of the portal itself. The pattern is the wall against an open redirect, here as in the program.
alter table sessions.attempt add column return_to text not null default '/'
  check (return_to ~ '^/([a-z-]{1,40}(/[a-z-]{1,40}){0,3})?([?]organization=[0-9a-f-]{36})?$');
