-- What expires is carried out for every table by the platform's expiry, from the rules in keep.sql.
drop function audit.keep_partitions;
