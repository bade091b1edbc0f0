-- The person sees to whom they released what, first and last; `earlier`: what went there before and did not the last time. Of rows from before nobody has
-- counted: where there is no first, the last is it. `stopped_at`: the person has stopped it; until they continue there anew nothing goes there, and no
-- groups are asked.
alter table release.delivered add column first_at timestamptz(3), add column earlier text[] not null default '{}', add column stopped_at timestamptz(3);
