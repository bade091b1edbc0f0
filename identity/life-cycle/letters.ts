import type { Language } from '#base/languages'

type Dates = { readonly expires: string; readonly erased: string; readonly url: string }

const fi = {
  expiresSoon: ({ expires, erased, url }: Dates) => ({
    subject: 'Tilisi vanhenee kuukauden kuluttua',
    text: `Et ole käyttänyt tiliäsi kahteen kuukauteen. Jos et kirjaudu, se vanhenee ${expires} ja poistetaan tietoineen ${erased}.

Jos haluat pitää tilin, kirjaudu sisään:
${url}

Jos et tarvitse tiliä, sinun ei tarvitse tehdä mitään. Jos olet jonkin organisaation ainoa pääkäyttäjä, anna rooli ensin toiselle: muuten organisaatio jää ilman.
`,
  }),
  expired: ({ erased, url }: Dates) => ({
    subject: 'Tilisi on vanhentunut',
    text: `Et ole käyttänyt tiliäsi kolmeen kuukauteen, joten se on vanhentunut. Se ja tietosi poistetaan ${erased}.

Saat tilin takaisin kirjautumalla sisään ennen sitä:
${url}
`,
  }),
  erasedSoon: ({ erased, url }: Dates) => ({
    subject: 'Tilisi poistetaan viikon kuluttua',
    text: `Vanhentunut tilisi ja kaikki tietosi poistetaan ${erased}. Sen jälkeen niitä ei saa takaisin.

Jos haluat pitää tilin, kirjaudu sisään ennen sitä:
${url}
`,
  }),
}

const en: typeof fi = {
  expiresSoon: ({ expires, erased, url }) => ({
    subject: 'Your account expires in a month',
    text: `You have not used your account for two months. Unless you sign in, it expires on ${expires} and is deleted with your data on ${erased}.

If you want to keep the account, sign in:
${url}

If you do not need the account, you need not do anything. If you are the only administrator of an organisation, give the role to somebody else first: otherwise the organisation is left without one.
`,
  }),
  expired: ({ erased, url }) => ({
    subject: 'Your account has expired',
    text: `You have not used your account for three months, so it has expired. It and your data are deleted on ${erased}.

You get the account back by signing in before that:
${url}
`,
  }),
  erasedSoon: ({ erased, url }) => ({
    subject: 'Your account is deleted in a week',
    text: `Your expired account and all your data are deleted on ${erased}. After that they cannot be brought back.

If you want to keep the account, sign in before that:
${url}
`,
  }),
}

export const letters: Readonly<Record<Language, typeof fi>> = { fi, en }
