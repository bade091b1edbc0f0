-- A role that the provider has made is a group of its own, by the number that the portal gave it.
alter table groups.named_group drop constraint named_group_staff_role_check;
alter table groups.named_group add constraint named_group_staff_role_check
  check (staff_role in ('administrator', 'privacy_officer', 'viewer') or staff_role ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$');
