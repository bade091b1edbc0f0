-- Made from data.ts of each area by npm run check -- --write. Never edited by hand. Run after the migrations, at each start.
delete from expiry.rule;
insert into expiry.rule (table_name, how, starts, period, slack, anchor, anchor_key, person_columns, organization_column, grounds, standing, standing_grounds) values
  ('calls.nonce', 'until', default, default, default, default, default, default, default, default, default, default),
  ('expiry.held', 'with', default, default, default, 'expiry.hold', '{hold_id}', default, default, default, default, default),
  ('expiry.hold', 'row', 'ends_at', 'PT0S', 'PT15M', default, default, default, default, default, default, default),
  ('expiry.rule', 'until', default, default, default, default, default, default, default, default, default, default),
  ('expiry.run', 'until', default, default, default, default, default, default, default, default, default, default),
  ('jobs.*', 'library', default, default, default, default, default, default, default, default, default, default),
  ('mail.letter', 'row', 'written_at', 'P7D', 'PT15M', default, default, default, default, default, default, default),
  ('messages.message', 'until', default, default, default, default, default, default, default, default, default, default),
  ('messages.subscriber', 'until', default, default, default, default, default, default, default, default, default, default),
  ('platform.migration', 'forever', default, default, default, default, default, default, default, default, default, default),
  ('rights.done', 'row', 'expires_at', 'PT0S', 'PT1H', default, default, default, default, default, default, default),
  ('rights.restricted', 'row', 'ends_at', 'PT0S', 'PT15M', default, default, '{subject}', default, default, default, default),
  ('samples.sample', 'row', 'found_at', 'P90D', 'PT15M', default, default, default, default, default, default, default),
  ('samples.seen', 'row', 'day', 'P365D', 'PT15M', default, default, default, default, default, default, default),
  ('sealing.erasure', 'until', default, default, default, default, default, default, default, default, default, default),
  ('sealing.plain', 'with', default, default, default, default, default, default, default, default, default, default);
