import type { Language } from '#base/languages'

type Letter = { subject: string; text: string }

const ownDoing = {
  fi: 'Jos se et ollut sinä, kirjaudu sisään, poista vieraat pääsyavaimet ja tee uudet palautuskoodit. Ota yhteys organisaatiosi pääkäyttäjään.',
  en: 'If it was not you, sign in, remove passkeys you do not know and make new recovery codes. Contact an administrator of your organisation.',
}

const fi = {
  codesMade: (): Letter => ({
    subject: 'Sinulle tehtiin uudet palautuskoodit',
    text: `Tilillesi tehtiin juuri uudet palautuskoodit. Vanhat eivät enää kelpaa.\n\n${ownDoing.fi}\n`,
  }),
  codeUsed: (left: number): Letter => ({
    subject: 'Palautuskoodiasi käytettiin',
    text: `Tilillesi kirjauduttiin juuri palautuskoodilla. Käyttämättömiä koodeja on jäljellä ${left}.\n\n${ownDoing.fi}\n`,
  }),
  help: (link: string): Letter => ({
    subject: 'Pääsy takaisin tilillesi',
    text: `Pääkäyttäjä auttaa sinua pääsemään takaisin tilillesi. Avaa linkki ja anna koodi, jonka pääkäyttäjä kertoo sinulle puhelimessa tai kasvotusten:

${link}

Linkki toimii tunnin ja vain koodin kanssa. Jos et pyytänyt apua, älä kerro linkkiä kenellekään ja ota yhteys pääkäyttäjään.
`,
  }),
  helpUsed: (): Letter => ({
    subject: 'Pääsit takaisin tilillesi',
    text: `Tilillesi tehtiin uusi pääsyavain pääkäyttäjän avulla ja kaikki istuntosi päätettiin.\n\n${ownDoing.fi}\n`,
  }),
}

const en: typeof fi = {
  codesMade: () => ({
    subject: 'New recovery codes were made for you',
    text: `New recovery codes were just made for your account. The old ones no longer work.\n\n${ownDoing.en}\n`,
  }),
  codeUsed: (left) => ({
    subject: 'A recovery code of yours was used',
    text: `Somebody just signed in to your account with a recovery code. Codes left: ${left}.\n\n${ownDoing.en}\n`,
  }),
  help: (link) => ({
    subject: 'Getting back into your account',
    text: `An administrator helps you to get back into your account. Open the link and type the code that the administrator tells you by phone or face to face:

${link}

The link works for an hour, and only together with the code. If you did not ask for help, show the link to nobody and contact an administrator.
`,
  }),
  helpUsed: () => ({
    subject: 'You are back in your account',
    text: `A new passkey was made for your account with an administrator's help, and all your sessions were ended.\n\n${ownDoing.en}\n`,
  }),
}

export const letters: Readonly<Record<Language, typeof fi>> = { fi, en }
