-- What somebody of the provider vouches for (kind "declared" of the pledges). Walled by nothing: the page of pledges shows it to everybody.
create table declarations.declaration (
  person_id uuid not null,
  declaration_id uuid not null,
  pledge text not null check (pledge ~ '^[a-z-]{1,60}$'),
  declared_at timestamptz(3) not null,
  until timestamptz(3) not null check (until > declared_at),
  withdrawn_at timestamptz(3),
  sealed bytea not null,
  primary key (declaration_id)
);
create index declaration_by_pledge on declarations.declaration (pledge, declared_at desc);
create index declaration_by_person on declarations.declaration (person_id);
create index declaration_by_end on declarations.declaration (until);
