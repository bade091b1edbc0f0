-- When the owner was last reminded by mail that the declaration is due (A-13); none once it is given.
alter table contracts.owned add column reminded_at timestamptz(3);
