-- Types of identifiers of registers that the service may get of a person (ID-32, ID-59). Of contracts made before: none.
alter table services.contract add column identifiers text[] not null default '{}';
