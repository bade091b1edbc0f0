-- The person sees to whom they released what, first and last; `earlier`: what went there before and did not the last time. Of rows from before nobody has
-- counted: the last is the first. `stopped_at`: the person has stopped it; until they continue there anew nothing goes there, and no groups are asked.
alter table release.delivered add column first_at timestamptz(3), add column earlier text[] not null default '{}', add column stopped_at timestamptz(3);
update release.delivered set first_at = delivered_at;
alter table release.delivered alter column first_at set not null;
