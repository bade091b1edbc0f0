-- When the provider was last told by mail that something of the service waits; none once that has been decided. So nobody is told twice of the same.
alter table contracts.owned add column told_at timestamptz(3);
