-- Whom a company's own provider has named comes into that company alone: what it says of somebody is nobody else's to believe.
alter table sessions.session add column only_in uuid;
