-- The latest figure of each proof, as its program gave it. Nothing about a person: names of proofs, numbers, times.
create table pledges.figure (
  program text not null check (program in ('identity', 'portal', 'privacy')),
  name text not null check (length(name) between 3 and 100),
  unit text not null check (length(unit) <= 20),
  at_most double precision not null,
  -- Null: it could not be taken, or the program did not answer.
  figure double precision,
  taken_at timestamptz(3) not null,
  -- By the clock of privacy, at the last look.
  looked_at timestamptz(3) not null,
  primary key (program, name)
);

-- Which pledges were not kept at the last look, and since when: what turns red is told once.
create table pledges.broken (
  pledge text primary key check (length(pledge) <= 60),
  since timestamptz(3) not null
);
