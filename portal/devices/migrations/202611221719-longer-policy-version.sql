-- The version of a policy is made of what it says: 48 bits of a hash.
alter table devices.device alter column policy_version type int8;
