-- By whoever has the data folder, where nobody in the organisation could invite anybody.
alter table invitations.invitation alter column invited_by drop not null;
