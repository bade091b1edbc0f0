-- Whoever creates two of the same name beneath one has pressed twice, or could not tell them apart afterwards.
create unique index one_name_beneath_parent on organizations.organization (parent_id, lower(name));
