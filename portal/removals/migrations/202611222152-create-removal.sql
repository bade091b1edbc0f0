-- That a company is to be removed from this Vartio, or has asked for it. One at a time; it goes with the company.
create table removals.removal (
  organization_id uuid primary key,
  -- Who added the company.
  decider_id uuid not null,
  -- asked: an operator is to decide. declined: it has, and the company stays. noticed: goes on the day. removing: is going.
  state text not null check (state in ('asked', 'declined', 'noticed', 'removing')),
  -- asked: by the company itself. notice: by whoever added it. ended: its subscriptions are over.
  cause text not null check (cause in ('asked', 'notice', 'ended')),
  asked_at timestamptz(3),
  decide_by timestamptz(3),
  because text check (because in ('agreement_runs', 'not_entitled', 'wrong_company')),
  noticed_at timestamptz(3),
  due_at timestamptz(3),
  -- When each subscription would have ended: put back with the notice.
  before jsonb not null default '[]',
  check ((state in ('noticed', 'removing')) = (due_at is not null)),
  check ((state = 'declined') = (because is not null))
);
create index removal_by_day on removals.removal (due_at) where due_at is not null;

-- portal_owner cannot sign in: the policy serves these functions. For the job that carries them out, and for whoever has added the companies.
create policy owner_reads on removals.removal for select to portal_owner using (true);
create function removals.due(now timestamptz, most int) returns table (organization_id uuid)
language sql stable security definer set search_path = '' as $$
  select r.organization_id from removals.removal r where r.due_at <= now order by r.due_at limit most
$$;
create function removals.waiting(most int) returns table (organization_id uuid)
language sql stable security definer set search_path = '' as $$
  select r.organization_id from removals.removal r where r.state = 'noticed' order by r.due_at limit most
$$;
create function removals.of_decider() returns table (
  organization_id uuid, state text, cause text, asked_at timestamptz, decide_by timestamptz, because text, noticed_at timestamptz, due_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select r.organization_id, r.state, r.cause, r.asked_at, r.decide_by, r.because, r.noticed_at, r.due_at from removals.removal r
  where r.decider_id = nullif(pg_catalog.current_setting('vartio.organization_id', true), '')::uuid
$$;
revoke all on function removals.due(timestamptz, int), removals.waiting(int), removals.of_decider() from public;
grant execute on function removals.due(timestamptz, int), removals.waiting(int), removals.of_decider() to portal;
