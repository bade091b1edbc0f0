import type { Language } from '#base/languages'

const fi = {
  code: (code: string) => ({
    subject: 'Koodisi Vartioon',
    text: `Koodisi on ${code.slice(0, 4)} ${code.slice(4)}

Joku, luultavasti sinä, lisää tätä sähköpostiosoitetta omaan tiliinsä. Kirjoita koodi sivulle, jolla pyysit sitä. Se toimii 10 minuuttia.
Jos et pyytänyt koodia, älä kerro sitä kenellekään; mitään ei tapahdu.
`,
  }),
  addressTaken: () => ({
    subject: 'Tällä osoitteella on jo tili Vartiossa',
    text: `Joku, luultavasti sinä, yritti lisätä tämän sähköpostiosoitteen tiliin. Osoitteella on jo tili, ja osoite voi olla vain yhdellä tilillä.

Jos haluat sen toiselle tilille, poista se ensin siltä, jolla se on. Jos et yrittänyt lisätä sitä, sinun ei tarvitse tehdä mitään.
`,
  }),
  added: (address: string) => ({
    subject: 'Tilillesi lisättiin sähköpostiosoite',
    text: `Tilillesi lisättiin juuri sähköpostiosoite ${address}.

Jos et ollut sinä, kirjaudu sisään ja poista se oman tilisi sivulta.
`,
  }),
  removed: (address: string) => ({
    subject: 'Tililtäsi poistettiin sähköpostiosoite',
    text: `Tililtäsi poistettiin juuri sähköpostiosoite ${address}.

Jos et ollut sinä, kirjaudu sisään ja katso tilisi osoitteet ja pääsyavaimet.
`,
  }),
  primary: (address: string) => ({
    subject: 'Tilisi ensisijainen sähköpostiosoite vaihtui',
    text: `Tilisi ensisijainen sähköpostiosoite on nyt ${address}. Se annetaan palveluille, kun jatkat niihin, ja siihen lähetämme viestit.

Jos et ollut sinä, kirjaudu sisään ja vaihda se takaisin oman tilisi sivulla.
`,
  }),
}

const en: typeof fi = {
  code: (code) => ({
    subject: 'Your code for Vartio',
    text: `Your code is ${code.slice(0, 4)} ${code.slice(4)}

Somebody, probably you, is adding this e-mail address to their account. Type the code on the page where you asked for it. It works for 10 minutes.
If you did not ask for a code, tell it to nobody; nothing will happen.
`,
  }),
  addressTaken: () => ({
    subject: 'This address has an account in Vartio already',
    text: `Somebody, probably you, tried to add this e-mail address to an account. It has an account already, and an address belongs to one account only.

If you want it in another one, remove it first where it is. If you did not try to add it, you need not do anything.
`,
  }),
  added: (address) => ({
    subject: 'An e-mail address was added to your account',
    text: `The e-mail address ${address} was just added to your account.

If it was not you, sign in and remove it on the pages of your account.
`,
  }),
  removed: (address) => ({
    subject: 'An e-mail address was removed from your account',
    text: `The e-mail address ${address} was just removed from your account.

If it was not you, sign in and look at the addresses and passkeys of your account.
`,
  }),
  primary: (address) => ({
    subject: 'Another e-mail address is now your primary one',
    text: `The primary e-mail address of your account is now ${address}. Services get it when you continue to them, and our letters go there.

If it was not you, sign in and change it back on the pages of your account.
`,
  }),
}

export const letters: Readonly<Record<Language, typeof fi>> = { fi, en }
