-- Records that the law wants kept (A-07). Walled by nothing: the provider alone keeps books here, and only its routes read them.
-- contact_token: by which the contact of a record is found. Each row has a copy outside the database, which emergency destruction spares.
create table bookkeeping.record (
  record_id uuid primary key,
  kind text not null check (kind in ('invoice', 'contract', 'payment')),
  recorded_at timestamptz(3) not null,
  counted_from timestamptz(3) not null,
  sealed bytea not null,
  contact_token int8
);
create index record_by_time on bookkeeping.record (recorded_at, record_id);
create index record_by_end on bookkeeping.record (counted_from);
create index record_by_contact on bookkeeping.record (contact_token);
create trigger erase_key after delete on bookkeeping.record for each row execute function sealing.erase_key('record_id');
-- Books are added to and never changed; a mistake is put right by another record. What goes, goes at its limit.
revoke update, delete, truncate on bookkeeping.record from portal;
