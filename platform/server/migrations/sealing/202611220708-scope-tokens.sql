-- Tokens of one scope, as an index lays them: sixteen bits of the scope before each, so that those of one organisation lie side by side. By themselves
-- the tokens of a hundred new names lie all over an index of every organisation, and each place is another page to write.
create function sealing.scoped_tokens(scope uuid, tokens int2[]) returns int4[]
language sql immutable parallel safe set search_path = '' as $$
  select coalesce(pg_catalog.array_agg((pg_catalog.uuid_hash(scope) & -65536) | (token & 65535)), '{}') from pg_catalog.unnest(tokens) token
$$;
