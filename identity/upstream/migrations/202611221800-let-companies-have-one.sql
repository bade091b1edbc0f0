-- A company's own provider: one for each, offered to nobody but who comes into that company. It says in a claim which groups somebody is in.
alter table upstream.upstream add column organization_id uuid unique, add column groups jsonb;
