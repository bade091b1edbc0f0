-- What a company subscribes to: one row for each part of Vartio that was ever ordered for it. Where there is none at all, nobody sells this
-- Vartio to the company, and every part is in use.
create table subscriptions.subscription (
  organization_id uuid not null,
  module text not null check (module in ('endpoint-protection')),
  subscription_key uuid not null,
  seats int check (seats between 1 and 10000000),
  begins_at timestamptz(3) not null,
  ends_at timestamptz(3),
  sold_by uuid not null,
  changed_at timestamptz(3) not null,
  primary key (organization_id, module),
  check (ends_at >= begins_at)
);

-- For invoices: the most devices there were in a month. A number; whose they were is not in it.
create table subscriptions.month (
  organization_id uuid not null,
  module text not null,
  month date not null check (extract(day from month) = 1),
  devices int not null check (devices >= 0),
  primary key (organization_id, module, month)
);

-- portal_owner cannot sign in: these policies serve the function below, which is asked for companies that whoever asks may invoice.
create policy owner_reads on subscriptions.subscription for select to portal_owner using (true);
create policy owner_reads on subscriptions.month for select to portal_owner using (true);
create function subscriptions.invoiced(ids uuid[], of_month date)
returns table (organization_id uuid, module text, seats int, begins_at timestamptz, ends_at timestamptz, sold_by uuid, devices int)
language sql stable security definer set search_path = '' as $$
  select coalesce(s.organization_id, m.organization_id), coalesce(s.module, m.module), s.seats, s.begins_at, s.ends_at, s.sold_by, coalesce(m.devices, 0)
  from (select * from subscriptions.subscription where subscription.organization_id = any (ids)) s
  full join (select * from subscriptions.month where month.organization_id = any (ids) and month.month = of_month) m
    on m.organization_id = s.organization_id and m.module = s.module
$$;
-- Of many companies at once: those that have ordered something, and of this part nothing that runs now.
create function subscriptions.not_collecting(ids uuid[], part text, at_time timestamptz) returns table (organization_id uuid)
language sql stable security definer set search_path = '' as $$
  select s.organization_id from subscriptions.subscription s where s.organization_id = any (ids)
  group by s.organization_id
  having not pg_catalog.bool_or(s.module = part and s.begins_at <= at_time and (s.ends_at is null or s.ends_at > at_time))
$$;
revoke all on function subscriptions.not_collecting(uuid[], text, timestamptz) from public;
grant execute on function subscriptions.not_collecting(uuid[], text, timestamptz) to portal;
revoke all on function subscriptions.invoiced(uuid[], date) from public;
grant execute on function subscriptions.invoiced(uuid[], date) to portal;
