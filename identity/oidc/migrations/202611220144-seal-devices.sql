insert into sealing.plain (of_table, place, fields)
  select 'oidc.session', jsonb_build_object('person_id', person_id, 'session_id', session_id), jsonb_build_object('device', device)
  from oidc.session;
alter table oidc.session add column sealed bytea not null default '\x', drop column device;
alter table oidc.session alter column sealed drop default;
cluster oidc.session using session_pkey;
