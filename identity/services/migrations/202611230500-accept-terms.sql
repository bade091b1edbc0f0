-- Who sends a contract accepts its terms, in the version that was newest then. Of contracts made before there is no record of it here.
-- A-13: once an address, the seat or a place of hosting has changed, the declaration is due, until it is given anew.
alter table services.contract add column accepted_at timestamptz, add column outdated_at timestamptz;
