import type { Language } from '#base/languages'

const fi = {
  added: {
    subject: 'Tilillesi lisättiin pääsyavain',
    text: `Tilillesi lisättiin juuri uusi pääsyavain.

Jos et ollut sinä, kirjaudu sisään, poista vieras pääsyavain ja tee uudet palautuskoodit. Ota yhteys organisaatiosi pääkäyttäjään.
`,
  },
  removed: {
    subject: 'Tililtäsi poistettiin pääsyavain',
    text: `Tililtäsi poistettiin juuri pääsyavain.

Jos et ollut sinä, kirjaudu sisään ja katso muut pääsyavaimesi. Ota yhteys organisaatiosi pääkäyttäjään.
`,
  },
}

const en: typeof fi = {
  added: {
    subject: 'A passkey was added to your account',
    text: `A new passkey was just added to your account.

If it was not you, sign in, remove the passkey you do not know and make new recovery codes. Contact an administrator of your organisation.
`,
  },
  removed: {
    subject: 'A passkey was removed from your account',
    text: `A passkey was just removed from your account.

If it was not you, sign in and look at your other passkeys. Contact an administrator of your organisation.
`,
  },
}

export const letters: Readonly<Record<Language, typeof fi>> = { fi, en }
