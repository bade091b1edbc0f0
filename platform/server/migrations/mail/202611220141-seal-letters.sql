-- Recipient, subject and text are sealed with the key of the day they were written, which is erased some days later. The last statement writes the
-- table anew: a column that is dropped otherwise stays in its rows.
insert into sealing.plain (of_table, place, fields)
  select 'mail.letter', jsonb_build_object('letter_id', letter_id, 'written_at', written_at),
    jsonb_build_object('recipient', recipient, 'subject', subject, 'body', body)
  from mail.letter where failed_at is null;
alter table mail.letter add column sealed bytea, add column recipient_token int8;
update mail.letter set sealed = '\x' where failed_at is null;
alter table mail.letter drop column recipient, drop column subject, drop column body;
cluster mail.letter using letter_pkey;
create index letter_by_recipient on mail.letter (recipient_token);
