-- ID-32 to ID-34, A-24: what a register calls a person is a type, its register and a value. The provider names the types; these two are of the same register.
create table upstream.identifier_type (
  type_id text primary key check (type_id ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
  name jsonb not null,
  register jsonb not null,
  made_at timestamptz not null
);
insert into upstream.identifier_type (type_id, name, register, made_at) values
  ('personal-identity-code', '{"fi": "Henkilötunnus", "en": "Personal identity code"}', '{"fi": "Väestötietojärjestelmä", "en": "Finnish Population Information System"}', now()),
  ('electronic-client-identifier', '{"fi": "Sähköinen asiointitunnus", "en": "Electronic client identifier"}', '{"fi": "Väestötietojärjestelmä", "en": "Finnish Population Information System"}', now());

-- Of an upstream that is a trusted register: which claims are identifiers, and how surely it must have proved somebody. Nothing: it is none.
alter table upstream.upstream add column identifiers jsonb;

-- What an upstream has said of the holder of an account, at a moment when both were proved. It goes with the upstream: what nobody vouches for is no proof.
create table upstream.identifier (
  identifier_id uuid primary key,
  person_id uuid not null,
  type_id text not null references upstream.identifier_type (type_id),
  upstream_id text not null references upstream.upstream (upstream_id) on delete cascade,
  sealed bytea not null,
  proven_at timestamptz(3) not null,
  unique (person_id, type_id)
);
create index identifier_upstream on upstream.identifier (upstream_id);

-- Whoever's they are: an upstream states them no longer, or is somebody else.
create function upstream.forget_identifiers(of_upstream text, stated text[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform set_config('vartio.upkeep', 'on', true);
  delete from upstream.identifier i where i.upstream_id = of_upstream and not i.type_id = any (stated);
  perform set_config('vartio.upkeep', '', true);
end
$$;
