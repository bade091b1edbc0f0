-- Public halves only. Walled by nothing: there is one list for the whole installation, and whoever may see the page sees all of it.
create table officers.officer (
  officer_name text primary key check (officer_name ~ '^officer-[0-9a-f]{16}$'),
  person_id uuid not null unique,
  signing_key bytea not null check (length(signing_key) = 32),
  opening_key bytea not null check (length(opening_key) = 32),
  made_at timestamptz(3) not null
);

-- What is signed, and by whom so far; agreed once everybody has.
create table officers.list (
  number integer primary key check (number between 1 and 999999),
  text text not null check (length(text) <= 4096),
  signatures text[] not null default '{}' check (cardinality(signatures) <= 32),
  made_at timestamptz(3) not null,
  agreed_at timestamptz(3)
);
