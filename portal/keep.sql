-- Made from data.ts of each area by npm run check -- --write. Never edited by hand. Run after the migrations, at each start.
delete from expiry.rule;
insert into expiry.rule (table_name, how, starts, period, slack, anchor, anchor_key) values
  ('audit.activity', 'day', 'at', 'P1Y', default, default, default),
  ('audit.record', 'day', 'at', 'P3Y', default, default, default),
  ('audit.sealed_day', 'forever', default, default, default, default, default),
  ('calls.nonce', 'until', default, default, default, default, default),
  ('expiry.rule', 'until', default, default, default, default, default),
  ('expiry.run', 'until', default, default, default, default, default),
  ('invitations.invitation', 'row', 'expires_at', 'P30D', 'PT15M', default, default),
  ('jobs.*', 'library', default, default, default, default, default),
  ('mail.letter', 'row', 'written_at', 'P7D', 'PT15M', default, default),
  ('messages.message', 'until', default, default, default, default, default),
  ('messages.subscriber', 'until', default, default, default, default, default),
  ('organizations.beneath', 'with', default, default, default, 'organizations.organization', '{organization_id}'),
  ('organizations.controller', 'with', default, default, default, 'organizations.organization', '{organization_id}'),
  ('organizations.organization', 'with', default, default, default, default, default),
  ('organizations.outsourcing', 'with', default, default, default, 'organizations.organization', '{organization_id}'),
  ('people.membership', 'with', default, default, default, default, default),
  ('people.person', 'row', 'erase_at', 'PT0S', 'PT15M', default, default),
  ('platform.migration', 'forever', default, default, default, default, default),
  ('sessions.attempt', 'row', 'expires_at', 'PT0S', 'PT15M', default, default),
  ('sessions.session', 'row', 'ends_at', 'PT0S', 'PT15M', default, default),
  ('set_up.draft', 'row', 'expires_at', 'PT0S', 'PT15M', default, default);
