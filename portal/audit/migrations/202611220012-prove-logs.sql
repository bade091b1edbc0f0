-- Whole days go a day before their limit, so that no row of theirs outlives it; here stands the limit itself.
create function audit.prove_records(now timestamptz) returns bigint
language sql stable security definer set search_path = '' as $$
  select count(*) from audit.record where at < now - interval '3 years'
$$;
create function audit.prove_activities(now timestamptz) returns bigint
language sql stable security definer set search_path = '' as $$
  select count(*) from audit.activity where at < now - interval '1 year'
$$;

-- Days that have ended more than two hours ago and have no root in the transparency log's queue yet. Sealed every hour.
create function audit.prove_unsealed(now timestamptz) returns bigint
language sql stable security definer set search_path = '' as $$
  select count(*) from audit.days_to_seal(now - interval '2 hours', 400)
$$;
