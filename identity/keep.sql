-- Made from data.ts of each area by npm run check -- --write. Never edited by hand. Run after the migrations, at each start.
delete from expiry.rule;
insert into expiry.rule (table_name, how, starts, period, slack, anchor, anchor_key) values
  ('calls.nonce', 'until', default, default, default, default, default),
  ('expiry.rule', 'until', default, default, default, default, default),
  ('expiry.run', 'until', default, default, default, default, default),
  ('jobs.*', 'library', default, default, default, default, default),
  ('mail.letter', 'row', 'written_at', 'P7D', 'PT15M', default, default),
  ('messages.message', 'until', default, default, default, default, default),
  ('messages.subscriber', 'until', default, default, default, default, default),
  ('oidc.sealed', 'row', 'expires_at', 'PT0S', 'PT15M', default, default),
  ('oidc.session', 'row', 'ends_at', 'PT0S', 'PT15M', default, default),
  ('oidc.spent', 'row', 'expires_at', 'PT0S', 'PT15M', default, default),
  ('passkeys.challenge', 'row', 'expires_at', 'PT0S', 'PT15M', default, default),
  ('passkeys.passkey', 'with', default, default, default, 'people.person', '{person_id}'),
  ('people.email_address', 'with', default, default, default, 'people.person', '{person_id}'),
  ('people.one_time_code', 'row', 'made_at', 'PT2H', 'PT15M', default, default),
  ('people.person', 'with', default, default, default, default, default),
  ('platform.migration', 'forever', default, default, default, default, default),
  ('recovery.code', 'with', default, default, default, 'people.person', '{person_id}'),
  ('recovery.help', 'row', 'begun_at', 'P1D', 'PT15M', default, default),
  ('services.service', 'with', default, default, default, default, default),
  ('services.subject', 'with', default, default, default, 'people.person', '{person_id}'),
  ('sign_in.draft', 'row', 'expires_at', 'PT0S', 'PT15M', default, default);
