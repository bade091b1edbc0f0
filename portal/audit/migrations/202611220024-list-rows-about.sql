-- For the rights of the person whom the transaction sees: what they did, and what was done to them. Who did it to them, and from where, is
-- the other person's data (GDPR Art. 15(4)).
create function audit.record_rows(skip int, most int) returns setof audit.record
language sql stable security definer set search_path = '' as $$
  with me as (select nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid as id)
  select r.organization_id, r.at, r.audit_id, r.actor_kind, case when mine then r.actor_id end,
    r.actor_name, r.action, r.target_kind, r.target_id,
    case when mine then r.ip end, case when mine then r.user_agent end, r.outcome, r.details
  from me, audit.record r, lateral (select coalesce(r.actor_id = me.id, false) as mine) m
  where r.actor_id = me.id or r.target_id = me.id
  order by r.at, r.audit_id offset skip limit most
$$;

create function audit.count_records() returns int
language sql stable security definer set search_path = '' as $$
  select count(*)::int from audit.record r
  where nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid in (r.actor_id, r.target_id)
$$;

create function audit.activity_rows(skip int, most int) returns setof audit.activity
language sql stable security definer set search_path = '' as $$
  select a.* from audit.activity a
  where a.target_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
  order by a.at, a.activity_id offset skip limit most
$$;

create function audit.count_activities() returns int
language sql stable security definer set search_path = '' as $$
  select count(*)::int from audit.activity a
  where a.target_id = nullif(pg_catalog.current_setting('vartio.person_id', true), '')::uuid
$$;
