-- How many rows of the platform's tables about persons this database has. The Cloud writes none: it has no persons.
create function gate.prove_persons() returns bigint
language sql stable security definer set search_path = '' as $$
  select (select count(*) from mail.letter) + (select count(*) from rights.done) + (select count(*) from rights.restricted)
    + (select count(*) from expiry.held)
$$;
