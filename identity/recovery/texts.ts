import type { Language } from '#base/languages'

const fi = {
  codeTitle: 'Pääsy takaisin tilillesi',
  codeLead: 'Kirjoita koodi, jonka pääkäyttäjä kertoi sinulle puhelimessa tai kasvotusten.',
  codeLabel: 'Koodi, 8 numeroa',
  codeWrong: 'Koodi on väärä. Tarkista se pääkäyttäjältä.',
  codeContinue: 'Jatka',
  passkeyTitle: 'Luo uusi pääsyavain',
  passkeyLead: 'Sen jälkeen kaikki vanhat istuntosi päättyvät. Vanhat pääsyavaimesi pysyvät, kunnes poistat ne.',
  passkeyButton: 'Luo pääsyavain',
  passkeyName: 'Pääsyavain',
  doneTitle: 'Pääsyavain on luotu',
  doneLead: 'Kirjaudu nyt sisään uudella pääsyavaimella. Katso sitten tililtäsi, tunnistatko kaikki pääsyavaimet.',
  doneButton: 'Kirjaudu sisään',
  endedTitle: 'Linkki ei enää toimi',
  endedLead:
    'Se on käytetty tai vanhentunut, tai koodi kirjoitettiin väärin liian monta kertaa. Pyydä pääkäyttäjältä uusi.',
  home: 'Jatka Vartioon',
}

const en: typeof fi = {
  codeTitle: 'Getting back into your account',
  codeLead: 'Type the code that the administrator told you by phone or face to face.',
  codeLabel: 'Code, 8 digits',
  codeWrong: 'The code is wrong. Check it with the administrator.',
  codeContinue: 'Continue',
  passkeyTitle: 'Create a new passkey',
  passkeyLead: 'All your old sessions end with it. Your old passkeys stay until you remove them.',
  passkeyButton: 'Create a passkey',
  passkeyName: 'Passkey',
  doneTitle: 'The passkey is made',
  doneLead: 'Sign in with it now. Then look in your account whether you know all the passkeys there.',
  doneButton: 'Sign in',
  endedTitle: 'The link no longer works',
  endedLead:
    'It was used, it is too old, or the code was typed wrong too many times. Ask the administrator for a new one.',
  home: 'Continue to Vartio',
}

export const texts: Readonly<Record<Language, typeof fi>> = { fi, en }
