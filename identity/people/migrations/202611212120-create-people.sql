create table people.person (
  person_id uuid primary key,
  name text not null check (length(name) between 1 and 100),
  language text not null check (language in ('fi', 'en')),
  theme text not null default 'system' check (theme in ('system', 'light', 'dark')),
  created_at timestamptz not null
);

-- Only verified addresses have a row: an unverified one cannot be released, because it is nowhere to be read.
create table people.email_address (
  address text primary key check (length(address) between 3 and 254),
  person_id uuid not null references people.person (person_id) on delete cascade,
  is_primary boolean not null,
  verified_at timestamptz not null
);
create unique index email_address_one_primary on people.email_address (person_id) where is_primary;
create index email_address_person on people.email_address (person_id);

create table people.one_time_code (
  code_id uuid primary key,
  purpose text not null,
  address_token bytea not null,
  ip_token bytea not null,
  salt bytea not null,
  hash bytea not null,
  tries_left smallint not null check (tries_left >= 0),
  made_at timestamptz not null,
  expires_at timestamptz not null
);
create index one_time_code_address on people.one_time_code (address_token, made_at);
create index one_time_code_ip on people.one_time_code (ip_token, made_at);
create index one_time_code_made on people.one_time_code (made_at);
