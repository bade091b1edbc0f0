-- How an organisation stood when it was last worked out, for the list of whoever looks after many. It is the organisation's own row: an agreement
-- that has ended opens it no more, and nothing of it lies with anybody else.
create table overview.standing (
  organization_id uuid primary key,
  taken_at timestamptz(3) not null,
  needs jsonb not null check (jsonb_typeof(needs) = 'array'),
  devices int not null,
  protected int not null,
  detections int not null
);

-- portal_owner cannot sign in: this policy serves the function below, which is asked for organisations that have outsourced to whoever asks.
create policy owner_reads on overview.standing for select to portal_owner using (true);
create function overview.standings_of(ids uuid[])
returns table (organization_id uuid, taken_at timestamptz, needs jsonb, devices int, protected int, detections int)
language sql stable security definer set search_path = '' as $$
  select s.organization_id, s.taken_at, s.needs, s.devices, s.protected, s.detections
  from overview.standing s where s.organization_id = any (ids)
$$;
revoke all on function overview.standings_of(uuid[]) from public;
grant execute on function overview.standings_of(uuid[]) to portal;
