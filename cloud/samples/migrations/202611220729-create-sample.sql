-- Content that the scanner of the Cloud found to be malicious. Whatever else was sent is nowhere.
create table samples.sample (
  sample_id uuid primary key,
  sealed bytea not null,
  sha256 bytea not null unique,
  bytes int not null check (bytes > 0),
  name text not null,
  -- The day: the hour could tie a sample to the device on which something was found then.
  found_at timestamptz(3) not null
);
create index sample_by_day on samples.sample (found_at);
create trigger erase_key after delete on samples.sample for each row execute function sealing.erase_key('sample_id');

-- How many samples of a name were found on a day: the picture of what is going round. Nobody is in it.
create table samples.seen (
  day timestamptz(3) not null,
  name text not null,
  kind text not null,
  count int not null check (count > 0),
  primary key (day, name, kind)
);
