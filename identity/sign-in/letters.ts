import type { Language } from '#base/languages'

const fi = {
  code: (code: string) => ({
    subject: 'Koodisi Vartioon',
    text: `Koodisi on ${code.slice(0, 4)} ${code.slice(4)}

Kirjoita se sivulle, jolla pyysit sitä. Koodi toimii 10 minuuttia. Jos et pyytänyt koodia, älä kerro sitä kenellekään; mitään ei tapahdu.
`,
  }),
  accountExists: () => ({
    subject: 'Sinulla on jo tili Vartiossa',
    text: `Joku, luultavasti sinä, yritti luoda tilin tällä sähköpostiosoitteella. Sinulla on jo tili, joten koodia ei tarvita.

Palaa sivulle ja valitse "Kirjaudu sisään". Jos pääsyavaimesi ei ole käsillä, kirjaudu palautuskoodilla tai pyydä apua organisaatiosi pääkäyttäjältä.
Jos et yrittänyt luoda tiliä, sinun ei tarvitse tehdä mitään.
`,
  }),
  linked: (upstream: string, names: readonly string[]) => ({
    subject: 'Tiliisi yhdistettiin tunnistuslähde',
    text: `Tiliisi yhdistettiin juuri ${upstream}. Sen kautta pääsee nyt tilillesi.
${names.length === 0 ? '' : `Se todisti myös: ${names.join(', ')}.\n`}
Jos et ollut sinä, kirjaudu sisään ja poista yhdistäminen oman tilisi sivulta.
`,
  }),
  proved: (upstream: string, names: readonly string[]) => ({
    subject: 'Tilillesi tallennettiin rekisteritunnus',
    text: `${upstream} todisti juuri, kuka olet. Tilillesi tallennettiin: ${names.join(', ')}.

Jos et ollut sinä, kirjaudu sisään ja poista se oman tilisi sivulta.
`,
  }),
}

const en: typeof fi = {
  code: (code) => ({
    subject: 'Your code for Vartio',
    text: `Your code is ${code.slice(0, 4)} ${code.slice(4)}

Type it on the page where you asked for it. It works for 10 minutes. If you did not ask for a code, tell it to nobody; nothing will happen.
`,
  }),
  accountExists: () => ({
    subject: 'You have an account in Vartio already',
    text: `Somebody, probably you, tried to create an account with this e-mail address. You have one already, so no code is needed.

Go back to the page and choose "Sign in". If your passkey is not at hand, sign in with a recovery code or ask an administrator of your organisation for help.
If you did not try to create an account, you need not do anything.
`,
  }),
  linked: (upstream, names) => ({
    subject: 'A way to sign in was linked to your account',
    text: `${upstream} was just linked to your account. It now lets you into it.
${names.length === 0 ? '' : `It also proved: ${names.join(', ')}.\n`}
If it was not you, sign in and remove the link on the pages of your account.
`,
  }),
  proved: (upstream, names) => ({
    subject: 'An identifier of a register was added to your account',
    text: `${upstream} has just proved who you are. Your account now keeps: ${names.join(', ')}.

If it was not you, sign in and remove it on the pages of your account.
`,
  }),
}

export const letters: Readonly<Record<Language, typeof fi>> = { fi, en }
