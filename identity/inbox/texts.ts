import type { Language } from '#base/languages'

const fi = {
  title: (count: number) => (count === 0 ? 'Ei vielä viestejä' : count === 1 ? 'Yksi viesti' : `${count} viestiä`),
  lead: 'Sähköpostipalvelinta ei ole asetettu, joten viestit jäävät tälle koneelle. Ne näkyvät vain täällä, enintään viikon.',
  empty: 'Tänne tulevat koodit ja kutsut, kun joku pyytää niitä.',
  to: 'Vastaanottaja',
  refresh: 'Päivitä',
  keyTitle: 'Anna postilaatikon avain',
  keyLead: 'Avain on linkissä, jonka Vartio tulosti käynnistyessään.',
  key: 'Avain',
  open: 'Avaa',
  wrong: 'Avain on väärä. Katso viimeisin linkki Vartion tulosteesta.',
  closedTitle: 'Postilaatikko on suljettu',
  closedLead: 'Sähköpostipalvelin on asetettu, joten viestit lähtevät sen kautta.',
  partly: 'Osa ohjelmista ei vastannut; niiden viestit puuttuvat.',
}

const en: typeof fi = {
  title: (count) => (count === 0 ? 'No messages yet' : count === 1 ? 'One message' : `${count} messages`),
  lead: 'No mail server is set, so messages stay on this machine. They are shown here only, for a week at most.',
  empty: 'Codes and invitations come here when somebody asks for them.',
  to: 'To',
  refresh: 'Refresh',
  keyTitle: 'Give the key of the inbox',
  keyLead: 'The key is in the link that Vartio printed when it started.',
  key: 'Key',
  open: 'Open',
  wrong: 'The key is wrong. Look for the newest link in what Vartio printed.',
  closedTitle: 'The inbox is closed',
  closedLead: 'A mail server is set, so messages leave through it.',
  partly: 'Some programs did not answer; their messages are missing.',
}

export const texts: Readonly<Record<Language, typeof fi>> = { fi, en }
