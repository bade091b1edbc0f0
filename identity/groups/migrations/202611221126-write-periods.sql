-- A-26: an account that expires has no access from that moment on, and the record of who had it when says so; as when it comes back, or is erased.
alter table groups.log drop constraint log_what_check;
alter table groups.log add constraint log_what_check check (what in ('made', 'changed', 'asked', 'withdrawn', 'accepted', 'declined', 'removed', 'left',
  'appointed', 'stepped-down', 'ended', 'expired', 'returned', 'erased'));
