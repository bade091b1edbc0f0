-- The Security Cloud proves what it keeps as well.
alter table pledges.figure drop constraint figure_program_check;
alter table pledges.figure add constraint figure_program_check check (program in ('identity', 'portal', 'privacy', 'cloud'));
