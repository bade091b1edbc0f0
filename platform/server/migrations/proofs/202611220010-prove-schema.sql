-- Figures about the schema itself, for the page of pledges. The prover executes them; it can read no table.

-- Each right that the roles of this program have in this database, and each wall that is down, as one line of text. The committed schema.sql
-- holds the lines there should be. Partitions of a day come and go, and nobody has rights on them. `jobs` is its library's.
create function proofs.rights_of(program text) returns setof text
language sql stable set search_path = '' as $$
  with mine as (
    select r.oid, r.rolname::text as name from pg_catalog.pg_roles r where r.rolname in (program, program || '_prover')
    union all select 0::oid, 'everybody'
  ), schema as (
    select n.oid, n.nspname, n.nspacl, n.nspowner from pg_catalog.pg_namespace n where n.nspname !~ '^(pg_|information_schema$|jobs$)'
  ), held as (
    select mine.name || ' may ' || pg_catalog.lower(a.privilege_type) || ' schema ' || s.nspname as line
    from schema s, pg_catalog.aclexplode(coalesce(s.nspacl, pg_catalog.acldefault('n', s.nspowner))) a, mine where a.grantee = mine.oid and not (mine.oid = 0 and s.nspname = 'public')
    union all
    select mine.name || ' may ' || pg_catalog.lower(a.privilege_type) || ' ' || s.nspname || '.' || c.relname
    from schema s join pg_catalog.pg_class c on c.relnamespace = s.oid, pg_catalog.aclexplode(c.relacl) a, mine where a.grantee = mine.oid
    union all
    select mine.name || ' may ' || pg_catalog.lower(a.privilege_type) || ' ' || s.nspname || '.' || c.relname || '.' || t.attname
    from schema s join pg_catalog.pg_class c on c.relnamespace = s.oid join pg_catalog.pg_attribute t on t.attrelid = c.oid,
      pg_catalog.aclexplode(t.attacl) a, mine where a.grantee = mine.oid
    union all
    select mine.name || ' may execute ' || p.oid::pg_catalog.regprocedure::text
    from schema s join pg_catalog.pg_proc p on p.pronamespace = s.oid,
      pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a, mine where a.grantee = mine.oid
    union all
    select mine.name || ' may ' || pg_catalog.lower(a.privilege_type) || ' this database'
    from pg_catalog.pg_database d, pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) a, mine
    where d.datname = pg_catalog.current_database() and a.grantee = mine.oid
    union all
    select r.rolname || ' is ' || k.what
    from pg_catalog.pg_roles r, lateral (values ('a superuser', r.rolsuper), ('past row security', r.rolbypassrls), ('a maker of roles', r.rolcreaterole),
      ('a maker of databases', r.rolcreatedb), ('a replica', r.rolreplication)) as k (what, so)
    where k.so and r.oid in (select mine.oid from mine)
    union all
    select mine.name || ' is also ' || g.rolname
    from pg_catalog.pg_auth_members m join mine on mine.oid = m.member join pg_catalog.pg_roles g on g.oid = m.roleid
    union all
    select 'the wall of ' || s.nspname || '.' || c.relname || ' is down'
    from schema s join pg_catalog.pg_class c on c.relnamespace = s.oid
      join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary
      join pg_catalog.pg_attribute t on t.attrelid = c.oid and t.attnum = i.indkey[0]
    where c.relkind in ('r', 'p') and c.relname !~ '_[0-9]{8}$' and t.attname in ('organization_id', 'person_id')
      and not (c.relrowsecurity and c.relforcerowsecurity)
    union all
    select s.nspname || '.' || c.relname || ' has the policy ' || p.polname || ' for ' || p.polcmd::text || ' of '
      || (select pg_catalog.string_agg(case when r = 0 then 'everybody' else r::pg_catalog.regrole::text end, ', ' order by r::text) from pg_catalog.unnest(p.polroles) r)
    from schema s join pg_catalog.pg_class c on c.relnamespace = s.oid join pg_catalog.pg_policy p on p.polrelid = c.oid
    where c.relname !~ '_[0-9]{8}$'
  )
  select line from held
$$;

-- How many rights there are that should not be.
create function proofs.prove_rights(program text, known text[]) returns bigint
language sql stable security definer set search_path = '' as $$
  select count(*) from proofs.rights_of(program) as line where line <> all (known)
$$;

-- How many columns nobody has described. `described` are names like people.person.name; schemas of libraries are described as a whole.
create function proofs.prove_undescribed(described text[], libraries text[]) returns bigint
language sql stable security definer set search_path = '' as $$
  select count(*) from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
    and n.nspname !~ '^(pg_|information_schema$)' and n.nspname <> all (libraries)
    and n.nspname || '.' || c.relname || '.' || a.attname <> all (described)
$$;
