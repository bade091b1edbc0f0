import type { Words } from './purpose.ts'

/**
 * On what data may be kept beyond its time: a closed list (RT-23). The first seven are those that the notices name; the two behind them are the
 * only ones for which a technical log may be kept beyond its year (ID-79). `law`: what it rests on.
 */
export const grounds = {
  grace: {
    clause: 'RT-24',
    law: 'GDPR Art. 6(1)(f), 32(1)(c)',
    words: {
      en: 'a grace period after the end of a subscription, against erroneous deletion',
      fi: 'tilauksen päättymisen jälkeinen suoja-aika erehdyksessä poistamista vastaan',
    },
  },
  law: {
    clause: 'RT-25',
    law: 'GDPR Art. 6(1)(c), 17(3)(b); Finnish Accounting Act 1336/1997, 2:10',
    words: { en: 'the law demands it', fi: 'laki vaatii sitä' },
  },
  remedy: {
    clause: 'RT-26',
    law: 'GDPR Art. 6(1)(f), 17(3)(e)',
    words: {
      en: 'pursuing remedies or limiting damage, such as an open dispute or investigation',
      fi: 'oikeussuojan hakeminen tai vahingon rajaaminen, kuten avoin riita tai selvitys',
    },
  },
  problem: {
    clause: 'RT-27',
    law: 'GDPR Art. 6(1)(f)',
    words: {
      en: 'solving or containing a problem that comes again',
      fi: 'toistuvan ongelman ratkaiseminen tai rajaaminen',
    },
  },
  fraud: {
    clause: 'RT-28',
    law: 'GDPR Art. 6(1)(f), recital 47',
    words: { en: 'preventing fraud', fi: 'petosten estäminen' },
  },
  'built-in': {
    clause: 'RT-29',
    law: 'GDPR Art. 5(1)(b), 6(4)',
    words: {
      en: 'the data is built into other data, such as logs',
      fi: 'tieto on rakennettu osaksi muuta tietoa, kuten lokeja',
    },
  },
  need: {
    clause: 'RT-30',
    law: 'GDPR Art. 6(1)(f)',
    words: {
      en: 'another similar circumstance in which it is still needed',
      fi: 'muu vastaava tilanne, jossa tietoa yhä tarvitaan',
    },
  },
  authority: {
    clause: 'ID-79',
    law: 'GDPR Art. 6(1)(c)',
    words: {
      en: 'a request, demand or inquiry of an authority',
      fi: 'viranomaisen pyyntö, vaatimus tai tiedustelu',
    },
  },
  crime: {
    clause: 'ID-79',
    law: 'GDPR Art. 6(1)(f), 17(3)(e)',
    words: { en: 'a possible criminal investigation', fi: 'mahdollinen rikostutkinta' },
  },
} as const satisfies Readonly<Record<string, { clause: string; law: string; words: Words }>>

export type Ground = keyof typeof grounds
