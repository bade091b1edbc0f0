export const collected = {
  collected: {
    who: 'Kuka näkee sinusta jotain',
    whoWhy: 'Jokainen näistä vastaa itse omasta käsittelystään, oman selosteensa mukaan.',
    self: 'oma organisaatiosi',
    provider: 'tämän Vartion tarjoaja',
    since: 'Vastaa käsittelystään alkaen',
    policy: 'Oma seloste',
    noPolicy: 'Ei ole kertonut, missä sen seloste on',
    grounds: 'Millä perusteella laitettasi suojataan',
    noGrounds: 'Organisaatiosi ei ole vielä kertonut sitä',
    noGroundsWhy: 'Kysy organisaatiosi pääkäyttäjältä. Hän voi kirjoittaa perusteet Organisaatiot-sivulle.',
    device: 'Mitä suojatuista laitteista kerätään',
    deviceOff: 'Laitteiden suojausta ei ole tilattu, joten laitteista ei kerätä nyt mitään.',
    portal: 'Mitä portaalin henkilöistä tiedetään',
    what: 'Mitä',
    why: 'Miksi',
    keep: 'Kuinka kauan',
    seenBy: 'Kuka näkee',
    notCollected:
      'Missä liikut, mitä kuvissasi on, kenelle viestit ja millä sivuilla käyt, sitä ei kerätä. Laitteeltasi voidaan noutaa vain ohjelma tai komentotiedosto, ja se kerrotaan sinulle.',
    account: 'Omat tietosi ja oikeutesi',
    title: 'Vastuu omasta käsittelystä',
    titleWhy:
      'Organisaatiosi vastaa itse omasta henkilötietojen käsittelystään. Tämä näkyy henkilöillesi ja niille, jotka hoitavat yritystäsi.',
    policyUrl: 'Oman selosteen osoite',
    policyUrlWhy: 'Alkaa https://',
    groundsLabel: 'Millä perusteella laitteita suojataan',
    groundsWhy:
      'Työntekijä lukee tämän omalta sivultaan. Esimerkiksi: työnantajan oikeutettu etu suojata laitteet haittaohjelmilta.',
    saved: 'Tallennettu.',
  },
}
