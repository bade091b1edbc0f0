import type { Language } from '#base/languages'

const fi = {
  done: 'Tilisi ja tietosi on poistettu.',
  doneAt: (when: string) => `Valmista tuli ${when}.`,
  doing: 'Tietojasi poistetaan parhaillaan.',
  doingWhat:
    'Sinun ei tarvitse odottaa tässä. Poisto jatkuu loppuun, vaikka suljet sivun tai jokin Vartion osa käynnistyy välillä uudelleen.',
  waiting: 'Poisto odottaa: jokin Vartion osa ei vastaa juuri nyt.',
  waitingWhat: 'Sitä yritetään itsestään uudelleen, kunnes se onnistuu. Mitään ei tarvitse tehdä.',
  refused: 'Tiliä ei poistettu, ja kaikki tietosi ovat tallella.',
  refusals: {
    'people.last_administrator':
      'Olet jonkin organisaation ainoa pääkäyttäjä. Anna ensin toiselle henkilölle pääkäyttäjän rooli ja pyydä poistoa sitten uudelleen.',
  } as Readonly<Record<string, string>>,
  refusedOther: (code: string) => `Syyn koodi on ${code}. Kysy lisää tietosuojavastaavalta.`,
  asked: (when: string) => `Pyysit sitä ${when}.`,
  unused: (when: string) => `Tiliäsi ei ollut käytetty neljään kuukauteen, joten poisto alkoi ${when}.`,
  again: 'Katso uudelleen',
  what: 'Tiedot',
  erased: 'Poistettu',
  stays: 'Jää',
  notYet: 'Ei vielä valmis.',
  programs: { identity: 'Tunnistautuminen ja tili', portal: 'Portaali', privacy: 'Tietosuoja' },
  nothing: 'Ei ollut mitään.',
  rows: (count: number) => (count === 1 ? '1 rivi' : `${count} riviä`),
  why: 'Miksi jotain jää',
  receipt: 'Todistus',
  receiptWhat:
    'Todistus osoittaa, että poisto on kirjattu julkiseen läpinäkyvyyslokiin. Siinä ei ole nimeäsi eikä mitään, mistä muut sinut tunnistaisivat. Vain sinulla on luku, jolla voit näyttää merkinnän omaksesi: se on viestissä, jonka sait sähköpostiisi.',
  download: 'Lataa todistus',
  check: 'Sen voi tarkistaa ilman verkkoa millä tahansa koneella, jossa Vartion koodi on:',
  until: 'Tämä osoite toimii 30 päivää. Lataa todistus, jos haluat säilyttää sen.',
}

const en: typeof fi = {
  done: 'Your account and your data have been deleted.',
  doneAt: (when) => `It was done ${when}.`,
  doing: 'Your data is being deleted just now.',
  doingWhat:
    'You need not wait here. It goes on to its end even if you close the page or a part of Vartio starts again meanwhile.',
  waiting: 'The deletion waits: a part of Vartio does not answer just now.',
  waitingWhat: 'It is tried again by itself until it is done. There is nothing for you to do.',
  refused: 'The account was not deleted, and all your data is where it was.',
  refusals: {
    'people.last_administrator':
      'You are the only administrator of an organisation. Make somebody else an administrator first, and then ask again.',
  },
  refusedOther: (code) => `The code of the reason is ${code}. Ask the privacy officer.`,
  asked: (when) => `You asked for it ${when}.`,
  unused: (when) => `Your account was not used for four months, so the deletion began ${when}.`,
  again: 'Look again',
  what: 'Data',
  erased: 'Deleted',
  stays: 'Stays',
  notYet: 'Not done yet.',
  programs: { identity: 'Sign-in and account', portal: 'Portal', privacy: 'Privacy' },
  nothing: 'There was nothing.',
  rows: (count) => (count === 1 ? '1 row' : `${count} rows`),
  why: 'Why something stays',
  receipt: 'Receipt',
  receiptWhat:
    'The receipt shows that the deletion is in the public transparency log. Your name is not in it, nor anything by which others would know you. Only you have the number with which you can show that the entry is yours: it is in the mail you were sent.',
  download: 'Download the receipt',
  check: 'It can be checked without a network on any machine that has the code of Vartio:',
  until: 'This address works for 30 days. Download the receipt if you want to keep it.',
}

export const texts: Readonly<Record<Language, typeof fi>> = { fi, en }
