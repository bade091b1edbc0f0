-- Versions of the notice: exactly one is in force, the newest; older ones stay readable by their date for ten years.
create table notices.version (
  day date not null,
  language text not null check (language in ('fi', 'en')),
  published_at timestamptz(3) not null,
  sha256 bytea not null check (length(sha256) = 32),
  body text not null check (length(body) <= 200000),
  primary key (day, language)
);
revoke delete, truncate on notices.version from privacy;
