import type { Language } from '#base/languages'
import type { ExtensionGround } from '#privacy/requests/api'

const fi = {
  copyReady: (url: string) => ({
    subject: 'Kopio tiedoistasi on valmis',
    text: `Pyysit kopion tiedoistasi. Se on valmis, ja voit ladata sen tililtäsi 7 päivän ajan:

${url}

Lataamiseen tarvitaan pääsyavaimesi. Jos et pyytänyt kopiota, kirjaudu sisään ja katso istuntosi ja pääsyavaimesi.
`,
  }),
  copyDownloaded: () => ({
    subject: 'Kopio tiedoistasi ladattiin',
    text: `Kopio tiedoistasi ladattiin juuri tililtäsi pääsyavaimellasi.

Jos et ollut sinä, kirjaudu sisään, poista vieras pääsyavain ja tee uudet palautuskoodit.
`,
  }),
  forgetAsked: (url: string, number: string) => ({
    subject: 'Tilisi poistetaan',
    text: `Pyysit tilisi ja tietojesi poistamista. Poisto on alkanut, eikä sitä voi perua.

Seuraa poistoa ja lataa todistus tästä 30 päivän ajan:
${url}

Säilytä tämä luku. Vain sillä voit näyttää, että todistus on sinun:
${number}
`,
  }),
  forgetUnused: (url: string, number: string) => ({
    subject: 'Tilisi poistetaan, koska sitä ei ole käytetty',
    text: `Tiliäsi ei ole käytetty neljään kuukauteen. Siksi se ja tietosi poistetaan nyt. Poisto on alkanut, eikä sitä voi perua.

Seuraa poistoa ja lataa todistus tästä 30 päivän ajan:
${url}

Säilytä tämä luku. Vain sillä voit näyttää, että todistus on sinun:
${number}

Voit milloin tahansa luoda uuden tilin.
`,
  }),
  forgotten: (url: string, number: string) => ({
    subject: 'Tilisi on poistettu',
    text: `Tilisi ja tietosi on poistettu. Tämä on viimeinen viesti, jonka saat meiltä: osoitettasi ei enää ole missään.

Mitä poistettiin, mitä jäi ja miksi, sekä todistus, 30 päivän ajan:
${url}

Säilytä tämä luku. Vain sillä voit näyttää, että todistus on sinun:
${number}
`,
  }),
  forgetRefused: (url: string) => ({
    subject: 'Tiliäsi ei poistettu',
    text: `Pyysit tilisi poistamista, mutta sitä ei voitu tehdä. Kaikki on ennallaan. Syy ja mitä voit tehdä:

${url}
`,
  }),
  extended: (until: string, ground: ExtensionGround, explanation: string, url: string) => ({
    subject: 'Pyyntösi vie tavallista kauemmin',
    text: `Pyysit jotain omista tiedoistasi. Laki antaa siihen kuukauden, mutta tähän tarvitaan enemmän. Se on valmis viimeistään ${until}.

Miksi: ${{ complex: 'pyyntö on monimutkainen.', many: 'pyyntöjä on paljon.' }[ground]}

${explanation}

Näet pyyntösi tililläsi:
${url}

Jos olet eri mieltä, voit vastata tietosuojavastaavalle tai valittaa tietosuojavaltuutetulle (tietosuoja.fi).
`,
  }),
}

const en: typeof fi = {
  copyReady: (url) => ({
    subject: 'The copy of your data is ready',
    text: `You asked for a copy of your data. It is ready, and you can download it from your account for 7 days:

${url}

Your passkey is needed for it. If you did not ask for a copy, sign in and look at your sessions and passkeys.
`,
  }),
  copyDownloaded: () => ({
    subject: 'The copy of your data was downloaded',
    text: `The copy of your data was just downloaded from your account with your passkey.

If it was not you, sign in, remove the passkey you do not know and make new recovery codes.
`,
  }),
  forgetAsked: (url, number) => ({
    subject: 'Your account is being deleted',
    text: `You asked for your account and your data to be deleted. It has begun, and cannot be undone.

Follow it and download the receipt here, for 30 days:
${url}

Keep this number. Only with it can you show that the receipt is yours:
${number}
`,
  }),
  forgetUnused: (url, number) => ({
    subject: 'Your account is being deleted because it was not used',
    text: `Your account was not used for four months. So it and your data are being deleted now. It has begun, and cannot be undone.

Follow it and download the receipt here, for 30 days:
${url}

Keep this number. Only with it can you show that the receipt is yours:
${number}

You can create a new account at any time.
`,
  }),
  forgotten: (url, number) => ({
    subject: 'Your account has been deleted',
    text: `Your account and your data have been deleted. This is the last letter you get from us: your address is nowhere any more.

What was deleted, what stays and why, and the receipt, for 30 days:
${url}

Keep this number. Only with it can you show that the receipt is yours:
${number}
`,
  }),
  forgetRefused: (url) => ({
    subject: 'Your account was not deleted',
    text: `You asked for your account to be deleted, but it could not be done. Everything is as it was. Why, and what you can do:

${url}
`,
  }),
  extended: (until, ground, explanation, url) => ({
    subject: 'Your request takes longer than usual',
    text: `You asked for something about your own data. The law gives a month for it, but this takes more. It will be done by ${until}.

Why: ${{ complex: 'the request is complex.', many: 'there are many requests.' }[ground]}

${explanation}

You see your request on your account:
${url}

If you disagree, you can write to the privacy officer, or complain to the Data Protection Ombudsman (tietosuoja.fi).
`,
  }),
}

export const letters: Readonly<Record<Language, typeof fi>> = { fi, en }
