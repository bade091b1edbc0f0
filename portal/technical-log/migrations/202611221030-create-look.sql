-- Looks into identity's technical log, by people of the provider. Written before anything is shown, and never changed.
create table technical_log.look (
  person_id uuid not null,
  look_id uuid not null,
  at timestamptz(3) not null,
  ground text not null check (ground in ('fault', 'misuse', 'review', 'authority')),
  begins timestamptz(3) not null,
  ends timestamptz(3) not null check (ends > begins),
  contract_id uuid,
  sealed bytea not null,
  primary key (look_id)
);
create index look_by_time on technical_log.look (at desc);
create index look_by_person on technical_log.look (person_id);
