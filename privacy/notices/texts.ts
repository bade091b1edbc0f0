import type { Language } from '#base/languages'
import type { Operator } from '#portal/organizations/api'

const fi = {
  title: 'Tietosuojaseloste',
  version: 'Versio',
  inForce: 'Tämä versio on voimassa.',
  superseded: 'Tämän version on korvannut uudempi.',
  binding: 'Tämä suomenkielinen seloste on sitova. Käännökset ovat vain avuksi.',
  original: '',
  pledges: 'Mitä lupaamme',
  pledgesText: 'Tässä on vain se, minkä järjestelmä juuri nyt osoittaa pitävänsä.',
  pledgesLink: 'Katso näyttö.',
  open: 'Mitä emme juuri nyt voi luvata',
  openText: 'Nämä lupaukset eivät tällä hetkellä pidä, tai emme tiedä, pitävätkö ne.',
  controller: 'Rekisterinpitäjä',
  name: 'Nimi',
  businessId: 'Y-tunnus',
  address: 'Postiosoite',
  contact: 'Sähköposti',
  form: 'Lomake',
  formLink: 'Ota yhteyttä',
  formText: 'Voit kirjoittaa kertomatta, kuka olet.',
  operator: 'Kenen palvelu',
  operatorIs: ({ operatorRole = 'controller', operatorName = '' }: Operator) =>
    ({
      controller: 'Rekisterinpitäjä pitää tätä palvelua yllä itse ja omissa nimissään.',
      processor: `${operatorName} pitää tätä palvelua yllä rekisterinpitäjän lukuun ja on henkilötietojen käsittelijä.`,
      none: `Rekisterinpitäjä pitää tätä palvelua yllä itse. Ohjelmiston on toimittanut ${operatorName}, jolla ei ole pääsyä tietoihin eikä osaa niiden käsittelyssä.`,
    })[operatorRole],
  officer: 'Tietosuojavastaava',
  notGiven: 'ei ilmoitettu',
  held: 'Mitä tietoja meillä on ja miksi',
  heldText: 'Luettelo on koottu siitä, mitä järjestelmään on kirjattu jokaisesta tallennetusta tiedosta.',
  what: 'Tiedot',
  whose: 'Kenen',
  from: 'Mistä',
  purpose: 'Miksi',
  basis: 'Peruste',
  interest: 'Oikeutettu etu',
  seenBy: 'Kuka näkee',
  keep: 'Kuinka kauan',
  cookies: 'Evästeet',
  cookiesText:
    'Evästeet ovat palvelulle välttämättömiä: ne sitovat sinut meneillään olevaan toimeen ja istuntoon ja pitävät muut siitä poissa. Siksi niihin ei kysytä suostumusta. Muita evästeitä ei ole.',
  rights: 'Oikeutesi',
  rightsText:
    'Voit nähdä, ladata, oikaista ja poistaa tietosi sekä rajoittaa niiden käyttöä omalla tilisivullasi tai ottamalla yhteyttä rekisterinpitäjään.',
  complaint: 'Voit valittaa tietosuojavaltuutetulle (tietosuoja.fi).',
  place: 'Missä tiedot ovat',
  placeText:
    'Tiedot ovat rekisterinpitäjän omassa Vartiossa. Niitä ei luovuteta muille kuin asiointipalvelulle, johon itse tunnistaudut.',
  versions: 'Versiot',
  versionsText: 'Uusi versio on voimassa julkaisupäivästään ja korvaa aiemmat. Aiemmat versiot voi lukea:',
  licence: 'Tämän selosteen tekstiä saa käyttää lisenssillä',
}

const en: typeof fi = {
  title: 'Privacy notice',
  version: 'Version',
  inForce: 'This version is in force.',
  superseded: 'A newer version has replaced this one.',
  binding: 'This is a translation and not binding. Only the Finnish notice is.',
  original: 'Suomenkielinen seloste',
  pledges: 'What we promise',
  pledgesText: 'Here is only what the system shows right now that it keeps.',
  pledgesLink: 'See the proof.',
  open: 'What we cannot promise right now',
  openText: 'These pledges are not kept at the moment, or we do not know whether they are.',
  controller: 'Controller',
  name: 'Name',
  businessId: 'Business ID',
  address: 'Postal address',
  contact: 'E-mail',
  form: 'Form',
  formLink: 'Contact us',
  formText: 'You can write without saying who you are.',
  operator: 'Whose service',
  operatorIs: ({ operatorRole = 'controller', operatorName = '' }: Operator) =>
    ({
      controller: 'The controller runs this service itself and in its own name.',
      processor: `${operatorName} runs this service for the controller and is a processor of personal data.`,
      none: `The controller runs this service itself. The software was delivered by ${operatorName}, which has no access to the data and no part in its processing.`,
    })[operatorRole],
  officer: 'Data protection officer',
  notGiven: 'not given',
  held: 'What data we have, and why',
  heldText: 'This list is made of what is written into the system about every stored datum.',
  what: 'Data',
  whose: 'Whose',
  from: 'From where',
  purpose: 'Why',
  basis: 'Basis',
  interest: 'Legitimate interest',
  seenBy: 'Who sees it',
  keep: 'How long',
  cookies: 'Cookies',
  cookiesText:
    'The cookies are necessary for the service: they tie you to what is going on and to its session, and keep others out of it. So no consent is asked for them. There are no others.',
  rights: 'Your rights',
  rightsText:
    'You can see, download, correct and delete your data, and restrict its use, on the page of your account or by asking the controller.',
  complaint: 'You can complain to the Data Protection Ombudsman (tietosuoja.fi).',
  place: 'Where the data is',
  placeText:
    'The data is in the controller’s own Vartio. It is given to nobody but the service at which you identify yourself.',
  versions: 'Versions',
  versionsText:
    'A new version is in force from the day it is published and replaces those before. Earlier ones can be read:',
  licence: 'The text of this notice may be used under',
}

export const texts: Readonly<Record<Language, typeof fi>> = { fi, en }

/** What each cookie is for and how long it lasts, in the words of the notice (ID-104: nowhere else). */
export const cookieWords: Readonly<Record<string, { readonly fi: string; readonly en: string }>> = {
  'vartio-session': {
    fi: 'sitoo sinut istuntoosi tunnistuspalvelussa; enintään 8 tuntia',
    en: 'ties you to your session at the identification service; 8 hours at most',
  },
  'vartio-event': {
    fi: 'sitoo selaimen meneillään olevaan tunnistautumiseen, jottei kukaan muu voi jatkaa sitä; enintään tunti',
    en: 'ties the browser to the identification under way, so that nobody else can carry it on; an hour at most',
  },
  'vartio-resume': {
    fi: 'sitoo selaimen tunnistautumiseen, kun se palaa sivulta; enintään tunti',
    en: 'ties the browser to the identification when it comes back from a page; an hour at most',
  },
  'vartio-held-session': {
    fi: 'pitää sinetöitynä istunnon, kun tunnistaudut ilman tiliä, sillä meille siitä ei jää mitään; enintään 8 tuntia',
    en: 'holds, sealed, your session when you identify without an account, since nothing of it stays with us; 8 hours at most',
  },
  'vartio-held-event': {
    fi: 'pitää sinetöitynä sen, kenet juuri tunnistettiin, kunnes jatkat palveluun tai keskeytät; enintään tunti',
    en: 'holds, sealed, who has just been identified until you continue to the service or break off; an hour at most',
  },
  'vartio-recovery': {
    fi: 'sitoo selaimen palautukseen, jonka linkin ja koodin se toi; enintään tunti',
    en: 'ties the browser to the recovery whose link and code it brought; an hour at most',
  },
  'vartio-inbox': {
    fi: 'osoittaa, että selain toi postilaatikkosivun avaimen; tunti',
    en: 'shows that the browser brought the key of the inbox page; an hour',
  },
  'vartio-portal': {
    fi: 'sitoo sinut istuntoosi portaalissa; enintään 8 tuntia pääsyavaimen näyttämisestä',
    en: 'ties you to your session in the portal; 8 hours after the passkey was shown at most',
  },
  'vartio-sign-in': {
    fi: 'sitoo selaimen aloittamaansa kirjautumiseen; kunnes selain on palannut',
    en: 'ties the browser to the sign-in it began; until it is back',
  },
  'vartio-set-up': {
    fi: 'sitoo selaimen aloittamaansa käyttöönottoon; kunnes se päättyy',
    en: 'ties the browser to the set-up it began; until that ends',
  },
  'vartio-invitation': {
    fi: 'sitoo selaimen kutsuun, johon se vastaa; kunnes siihen on vastattu',
    en: 'ties the browser to the invitation it is answering; until it is answered',
  },
}
