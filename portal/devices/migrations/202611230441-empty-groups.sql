-- A group that somebody has removed is gone for everybody at once; its row stays until its devices have been let out.
alter table devices.device_group add column removed_at timestamptz(3);
