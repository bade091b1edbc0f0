-- GDPR Art. 12(3): by two further months at most, once, told to the person with the reason within the first month. The officer's own words
-- go to the person through identity and do not stay here.
alter table requests.request
  add column extended_at timestamptz(3),
  add column extension_ground text check (extension_ground in ('complex', 'many')),
  add check ((extended_at is null) = (extension_ground is null));
