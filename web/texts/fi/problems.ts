/** What happened, what is safe, what to do: by the code of the answer. */
export const problems = {
  unknown: 'Tämä ei onnistunut, eikä mitään muutettu. Yritä uudelleen; jos vika jatkuu, kerro virhekoodi ylläpidolle.',
  not_permitted:
    'Roolisi ei riitä tähän. Mitään ei muutettu. Pyydä pääkäyttäjää tekemään tämä tai antamaan sinulle rooli.',
  not_found: 'Tätä ei enää ole. Joku on voinut poistaa sen. Päivitä sivu.',
  too_many: 'Yrityksiä oli liian monta. Mitään ei muutettu. Odota minuutti ja yritä uudelleen.',
  web: {
    no_answer:
      'Vartio ei vastaa. Tallennettu on tallessa, mutta tämä ei mennyt perille. Tarkista yhteys ja yritä uudelleen.',
    strange_answer:
      'Vastaus ei tullut Vartiolta. Jokin välissä, esimerkiksi välityspalvelin, vastasi sen puolesta. Yritä hetken päästä uudelleen.',
    fault: 'Sivussa on vika. Mitään ei muutettu. Lataa sivu uudelleen.',
  },
  sessions: {
    not_signed_in: 'Istuntosi on päättynyt. Mitään ei kadonnut. Lataa sivu uudelleen, niin pääset kirjautumaan.',
  },
  people: {
    last_administrator:
      'Organisaatiolla on oltava ainakin yksi pääkäyttäjä, joten mitään ei muutettu. Anna ensin toiselle henkilölle pääkäyttäjän rooli.',
  },
  invitations: {
    already_member: 'Tällä osoitteella on jo pääsy tähän organisaatioon. Kutsua ei lähetetty.',
    already_invited: 'Tähän osoitteeseen on jo avoin kutsu. Lähetä se tarvittaessa uudelleen listasta.',
  },
  organizations: {
    organization_not_found: 'Tätä organisaatiota ei ole, tai et kuulu siihen. Mitään ei muutettu.',
    kind_not_allowed: 'Tämän alle ei voi lisätä tällaista organisaatiota. Mitään ei lisätty.',
    company_decides: 'Yrityksellä on oma pääkäyttäjä. Vain hän päättää, kuka yritystä hoitaa. Mitään ei muutettu.',
    not_outsourced: 'Tätä ei enää hoideta. Joku on voinut lopettaa sen. Päivitä sivu.',
  },
}
