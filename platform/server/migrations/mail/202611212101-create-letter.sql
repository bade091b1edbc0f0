create table mail.letter (
  letter_id uuid primary key,
  recipient text not null,
  subject text not null,
  body text not null,
  language text not null check (language in ('fi', 'en')),
  written_at timestamptz not null,
  -- Written while no mail server was set: shown on the inbox page and never sent later.
  for_inbox boolean not null,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  failed_at timestamptz,
  failure text
);

create index letter_to_send on mail.letter (next_attempt_at) where failed_at is null and not for_inbox;
