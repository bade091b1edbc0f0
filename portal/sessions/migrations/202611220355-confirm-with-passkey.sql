-- Somebody who is signed in shows once more that it is them (ASVS 7.5.3), and nobody else comes back in their place. Who it must be is
-- kept as a hash together with the state, which is not kept: it tells nothing of anybody.
alter table sessions.attempt drop constraint attempt_purpose_check;
alter table sessions.attempt
  add constraint attempt_purpose_check check (purpose in ('ordinary', 'set-up', 'invitation', 'confirm')),
  add column person_check bytea check (length(person_check) = 32),
  add check ((purpose = 'confirm') = (person_check is not null));
