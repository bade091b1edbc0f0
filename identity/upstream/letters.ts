import type { Language } from '#base/languages'

/** To the holder of an account, of the provider of their company. Its name is the company’s. */
const fi = {
  connected: (company: string) => ({
    subject: 'Yrityksesi kirjautuminen yhdistettiin tiliisi',
    text: `Organisaation ${company} tunnistuslähde yhdistettiin juuri tiliisi. Sen kautta pääset tähän organisaatioon, et muualle.

Jos et ollut sinä, kirjaudu sisään pääsyavaimella, poista yhdistäminen oman tilisi sivulta ja kerro organisaatiosi pääkäyttäjälle.
`,
  }),
  firstUsed: (company: string) => ({
    subject: 'Yrityksesi kirjautumista käytettiin ensimmäisen kerran',
    text: `Tililläsi kirjauduttiin juuri ensimmäisen kerran organisaation ${company} tunnistuslähteen kautta. Seuraavista kerroista ei tule viestiä.

Jos et ollut sinä, kirjaudu sisään pääsyavaimella, poista yhdistäminen oman tilisi sivulta ja kerro organisaatiosi pääkäyttäjälle.
`,
  }),
  removed: (company: string) => ({
    subject: 'Yrityksesi kirjautuminen poistettiin tililtäsi',
    text: `Organisaation ${company} tunnistuslähdettä ei enää ole yhdistetty tiliisi. Kirjaudu pääsyavaimella. Tilillesi tai oikeuksillesi ei tapahtunut muuta.

Jos et odottanut tätä, kysy organisaatiosi pääkäyttäjältä.
`,
  }),
}

const en: typeof fi = {
  connected: (company) => ({
    subject: 'Company sign-in was connected to your account',
    text: `The provider of ${company} was just connected to your account. It lets you into that organisation, and nowhere else.

If it was not you, sign in with your passkey, remove the connection on the pages of your account, and tell the administrator of your organisation.
`,
  }),
  firstUsed: (company) => ({
    subject: 'Company sign-in was used for the first time',
    text: `Somebody has just signed in to your account by the provider of ${company} for the first time. You get no letter of the next times.

If it was not you, sign in with your passkey, remove the connection on the pages of your account, and tell the administrator of your organisation.
`,
  }),
  removed: (company) => ({
    subject: 'Company sign-in was removed from your account',
    text: `The provider of ${company} is not connected to your account any more. Sign in with your passkey. Nothing else has happened to your account or your rights.

If you did not expect this, ask the administrator of your organisation.
`,
  }),
}

export const letters: Readonly<Record<Language, typeof fi>> = { fi, en }
