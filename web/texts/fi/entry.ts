export const entry = {
  setUp: {
    name: 'Käyttöönotto',
    looking: 'Tarkistetaan linkkiä…',
    title: 'Kuka vastaa tämän Vartion henkilötiedoista?',
    lead: 'Nämä tiedot näkyvät tietosuojaselosteessa kaikille, joiden tietoja täällä käsitellään.',
    controller: 'Rekisterinpitäjän nimi',
    controllerWhy: 'Yritys tai yhteisö, esimerkiksi Pohjanlahden Paja Oy',
    businessId: 'Y-tunnus',
    postalAddress: 'Postiosoite',
    contactEmail: 'Sähköposti tietosuoja-asioihin',
    contactEmailWhy: 'Tähän osoitteeseen ihmiset kirjoittavat, kun he kysyvät tiedoistaan.',
    dataProtectionOfficer: 'Tietosuojavastaava',
    dataProtectionOfficerWhy: 'Nimi tai tehtävä. Jätä tyhjäksi, jos sellaista ei ole.',
    next: 'Seuraavaksi vahvistat oman sähköpostisi ja teet pääsyavaimen. Siihen menee pari minuuttia.',
  },
  nameOrganization: {
    title: 'Minkä nimisen organisaation perustat?',
    lead: 'Se on tämän Vartion tarjoaja ja samalla ensimmäinen yritys, jota suojataan. Sinusta tulee sen pääkäyttäjä.',
    label: 'Organisaation nimi',
    why: 'Nimi näkyy kutsuissa ja valikossa.',
    act: 'Perusta organisaatio',
    signInFirst: 'Vahvista ensin, kuka olet',
    signInWhy: 'Antamasi tiedot ovat tallessa. Seuraavaksi vahvistat sähköpostisi ja teet pääsyavaimen.',
  },
  confirmed: {
    name: 'Vahvistettu',
    title: 'Kiitos, se olet sinä',
    lead: 'Voit sulkea tämän ikkunan ja jatkaa siitä, mihin jäit.',
  },
  invitation: {
    name: 'Kutsu',
    looking: 'Tarkistetaan kutsua…',
    title: '{{who}} kutsuu sinut mukaan: {{organization}}',
    titleAlone: 'Sinut on kutsuttu mukaan: {{organization}}',
    lead: 'Kun jatkat, teet itsellesi pääsyavaimen tai kirjaudut tilillä, joka sinulla jo on.',
    as: 'Roolisi',
    address: 'Kutsuttu osoite',
    until: 'Kutsu vanhenee',
    unwanted: 'Etkö odottanut kutsua? Sulje sivu. Mitään ei tapahdu, ja kutsu vanhenee itsestään.',
  },
  deadLink: {
    open: 'Avaa Vartio',
    unknown: {
      title: 'Tästä ei pääse eteenpäin',
      lead: 'Mitään ei tallennettu eikä kadonnut. Avaa linkki uudelleen tai pyydä uusi siltä, jolta sait sen.',
    },
    devices: {
      no_code: {
        title: 'Tällä linkillä ei enää liitetä laitetta',
        lead: 'Koodi on vanhentunut, käytetty tai peruttu, tai linkistä kopioitiin vain osa. Pyydä uusi siltä, joka lähetti linkin.',
      },
    },
    set_up: {
      no_token: {
        title: 'Käyttöönotto alkaa linkistä',
        lead: 'Avaa linkki, jonka npm start tulosti. Jos sivu latautui välillä uudelleen, avaa sama linkki uudelleen: linkin salaista osaa ei säilytetä selaimessa.',
      },
      link_wrong: {
        title: 'Tämä ei ole tämän Vartion käyttöönottolinkki',
        lead: 'Linkki voi olla kopioitu vajaana tai kuulua toiselle koneelle. Kopioi se kokonaan siitä, minkä npm start tulosti.',
      },
      link_expired: {
        title: 'Käyttöönottolinkki on vanhentunut',
        lead: 'Linkki toimii vuorokauden. Käynnistä Vartio uudelleen, niin npm start tulostaa uuden linkin.',
      },
      already_finished: {
        title: 'Tämä Vartio on jo otettu käyttöön',
        lead: 'Käyttöönottolinkki toimi kerran. Kirjaudu sisään, tai pyydä pääkäyttäjää kutsumaan sinut.',
      },
      not_begun: {
        title: 'Käyttöönotto on kesken',
        lead: 'Aloita alusta siitä linkistä, jonka npm start tulosti. Antamasi tiedot eivät ole vielä käytössä missään.',
      },
    },
    people: {
      forgotten: {
        title: 'Tämä tili on poistettu',
        lead: 'Kirjautuminen oli kesken, kun tili poistettiin. Tietojasi ei enää ole täällä.',
      },
    },
    sessions: {
      restricted: {
        title: 'Tietosi ovat lukittuina',
        lead: 'Olet rajoittanut tietojesi käyttöä, joten portaaliin ei pääse. Avaa tiedot tililläsi kohdassa Omat tiedot.',
      },
      sign_in_expired: {
        title: 'Kirjautuminen kesti liian kauan',
        lead: 'Se voi myös olla aloitettu toisessa selaimessa. Aloita alusta: mitään ei kadonnut.',
      },
      sign_in_cancelled: {
        title: 'Keskeytit kirjautumisen',
        lead: 'Palvelulle ei annettu sinusta mitään. Voit aloittaa uudelleen milloin vain.',
      },
      sign_in_failed: {
        title: 'Kirjautuminen ei onnistunut',
        lead: 'Vastaus kirjautumissivulta ei ollut sellainen kuin sen pitää, joten sitä ei hyväksytty. Aloita alusta.',
      },
      identity_unavailable: {
        title: 'Kirjautuminen ei toimi juuri nyt',
        lead: 'Tietosi ovat tallessa. Yritä hetken päästä uudelleen.',
      },
      address_unverified: {
        title: 'Tililläsi ei ole vahvistettua sähköpostiosoitetta',
        lead: 'Portaaliin pääsee vain vahvistetulla osoitteella. Vahvista osoite tililläsi ja kirjaudu sitten uudelleen.',
      },
      not_signed_in: {
        title: 'Istuntosi on päättynyt',
        lead: 'Mitään ei kadonnut. Kirjaudu sisään ja jatka.',
      },
    },
    invitations: {
      no_token: {
        title: 'Avaa kutsu sähköpostista uudelleen',
        lead: 'Linkin salaista osaa ei säilytetä selaimessa, joten sivun lataaminen uudelleen katkaisi sen. Kutsu on yhä voimassa.',
      },
      link_wrong: {
        title: 'Tätä kutsua ei ole',
        lead: 'Linkki voi olla kopioitu vajaana, tai kutsu on peruttu. Pyydä kutsujaa lähettämään uusi.',
      },
      already_used: {
        title: 'Tämä kutsu on jo käytetty',
        lead: 'Jos käytit sen itse, kirjaudu sisään. Jos et, kerro siitä heti kutsujalle.',
      },
      expired: {
        title: 'Tämä kutsu on vanhentunut',
        lead: 'Kutsut ovat voimassa viikon. Pyydä kutsujaa lähettämään uusi: siihen riittää yksi napin painallus.',
      },
      wrong_address: {
        title: 'Kutsu on lähetetty toiseen osoitteeseen',
        lead: 'Kirjauduit eri osoitteella kuin mihin kutsu tuli. Kirjaudu ulos ja avaa kutsu uudelleen oikealla tilillä, tai pyydä kutsu tähän osoitteeseen.',
      },
    },
  },
  noAccess: {
    name: 'Ei pääsyä',
    title: 'Et kuulu vielä mihinkään organisaatioon',
    lead: 'Olet kirjautunut osoitteella {{email}}. Pyydä organisaatiosi pääkäyttäjää kutsumaan sinut tähän osoitteeseen.',
    leadUnknown: 'Pyydä organisaatiosi pääkäyttäjää kutsumaan sinut.',
    other: 'Kirjaudu ulos',
  },
  signedOut: {
    name: 'Kirjauduit ulos',
    title: 'Olet kirjautunut ulos',
    lead: 'Istuntosi on päättynyt, eikä selaimeesi jäänyt siitä mitään. Voit sulkea sivun.',
    again: 'Kirjaudu sisään',
  },
  notPermitted: {
    name: 'Ei roolissasi',
    title: 'Tämä sivu ei kuulu rooliisi',
    lead: 'Pyydä organisaatiosi pääkäyttäjää antamaan sinulle rooli, jolla sen näkee.',
  },
  notFound: {
    name: 'Sivua ei ole',
    title: 'Tällä osoitteella ei ole sivua',
    lead: 'Osoite voi olla kirjoitettu väärin tai sivu poistettu. Mitään ei ole rikki.',
    home: 'Etusivulle',
  },
  fault: {
    name: 'Virhe',
    title: 'Tämä sivu meni rikki',
    lead: 'Vika on sivussa, ei sinussa. Kaikki, minkä tallensit, on tallessa.',
  },
  offline: {
    name: 'Ei yhteyttä',
    title: 'Vartio ei vastaa juuri nyt',
    lead: 'Suojaus ja tallennetut tiedot eivät katoa tästä.',
  },
}
