import type { Language } from '#base/languages'

const fi = {
  title: 'Ota yhteyttä',
  lead: 'Kirjoita siitä, mikä koskee henkilötietoja tai tätä palvelua. Nimeäsi tai mitään muuta itsestäsi ei tarvitse kertoa.',
  message: 'Viesti',
  messageMissing: 'Kirjoita viesti.',
  messageHint: 'Älä kirjoita henkilötietoja, joita asian hoitamiseen ei tarvita.',
  reach: 'Miten sinut tavoittaa (vapaaehtoinen)',
  reachHint:
    'Sähköposti, puhelin, postiosoite tai mikä tahansa muu tapa. Jos haluat vastauksen, jätä jokin. Ilman sitä viestisi luetaan, mutta siihen ei voi vastata.',
  badText: 'Tässä on merkkejä, joita ei voi ottaa vastaan.',
  messageLong: 'Viestissä on yli 4 000 merkkiä. Lyhennä sitä.',
  reachLong: 'Tässä on yli 200 merkkiä. Lyhennä sitä.',
  send: 'Lähetä',
  kept: 'Viestin lukee rekisterinpitäjä. Se säilytetään salattuna: 30 päivää siitä, kun se on käsitelty, ja enintään 6 kuukautta. Viestin mukana ei tallenneta IP-osoitettasi eikä selaintasi.',
  sentTitle: 'Viestisi on perillä',
  sentAnswer: 'Se luetaan, ja siihen voi vastata tavalla, jonka jätit.',
  sentNoAnswer: 'Se luetaan. Siihen ei voi vastata, koska et jättänyt tapaa, jolla sinut tavoittaa.',
  another: 'Kirjoita toinen viesti',
  full: 'Lukemattomia viestejä on nyt niin paljon, ettei uusia voi ottaa vastaan.',
  fullKept: 'Viestiäsi ei lähetetty. Se on vielä alla: kopioi se talteen.',
  instead: 'Kirjoita sen sijaan osoitteeseen',
  insteadNotice: 'Rekisterinpitäjän osoitteen näet tietosuojaselosteesta.',
}

const en: typeof fi = {
  title: 'Contact us',
  lead: 'Write about anything that concerns personal data or this service. You need not give your name or say anything else about yourself.',
  message: 'Message',
  messageMissing: 'Write a message.',
  messageHint: 'Please leave out personal data that is not needed for the matter.',
  reach: 'How you can be reached (optional)',
  reachHint:
    'E-mail, telephone, postal address or any other way. If you want an answer, leave one. Without it your message is read but cannot be answered.',
  badText: 'There are characters here that cannot be taken.',
  messageLong: 'The message has more than 4,000 characters. Make it shorter.',
  reachLong: 'This has more than 200 characters. Make it shorter.',
  send: 'Send',
  kept: 'The controller reads the message. It is kept encrypted: for 30 days after it was dealt with, and for 6 months at most. Neither your IP address nor your browser is stored with it.',
  sentTitle: 'Your message has arrived',
  sentAnswer: 'It will be read, and can be answered in the way you left.',
  sentNoAnswer: 'It will be read. It cannot be answered, because you left no way of being reached.',
  another: 'Write another message',
  full: 'So many messages wait to be read that no more can be taken just now.',
  fullKept: 'Your message was not sent. It is still below: copy it to keep it.',
  instead: 'Write to this address instead:',
  insteadNotice: 'You find the address of the controller in the privacy notice.',
}

export const texts: Readonly<Record<Language, typeof fi>> = { fi, en }
