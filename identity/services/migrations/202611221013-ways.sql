-- How somebody may prove who they are to this service: with an account here, or by the upstreams that are named, without one.
alter table services.contract add column ways text[] not null default '{account}' check (cardinality(ways) between 1 and 20);
