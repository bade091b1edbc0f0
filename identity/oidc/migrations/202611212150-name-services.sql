alter table oidc.session add column services text[] not null default '{}';
