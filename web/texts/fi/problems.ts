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
  http: {
    busy: 'Vartiolla on juuri nyt liikaa tekemistä. Tätä ei tallennettu, muu on tallessa. Yritä hetken päästä uudelleen.',
    too_slow: 'Tämä kesti liian kauan, joten se keskeytettiin. Yritä hetken päästä uudelleen.',
    invalid_input: 'Jokin kohta ei kelpaa. Mitään ei tallennettu. Tarkista, mitä kirjoitit.',
    too_large: 'Kirjoitit enemmän kuin tähän mahtuu. Mitään ei tallennettu. Lyhennä tekstiä.',
    internal: 'Vartiossa meni jokin vikaan. Tätä ei tallennettu, muu on tallessa. Yritä uudelleen.',
    cross_site: 'Pyyntö näytti tulevan toiselta sivustolta, joten sitä ei tehty. Lataa sivu uudelleen ja yritä sitten.',
  },
  database: {
    unavailable: 'Tietokanta ei vastaa juuri nyt. Tallennettu on tallessa. Yritä hetken päästä uudelleen.',
    disk_full: 'Palvelimen levy on täynnä, joten tätä ei tallennettu. Muu on tallessa. Kerro ylläpidolle.',
  },
  calls: {
    unavailable: 'Yksi Vartion osista ei vastaa juuri nyt. Mitään ei muutettu. Yritä hetken päästä uudelleen.',
  },
  sessions: {
    passkey_wanted: 'Tähän tarvitaan pääsyavaimesi juuri nyt. Mitään ei muutettu. Yritä uudelleen.',
    other_person:
      'Kirjauduit toisella tilillä kuin se, jolla aloitit. Mitään ei muutettu. Sulje ikkuna ja aloita uudelleen.',
    not_signed_in: 'Istuntosi on päättynyt. Mitään ei kadonnut. Lataa sivu uudelleen, niin pääset kirjautumaan.',
    not_allowed:
      'Roolisi ei riitä tähän. Mitään ei muutettu. Pyydä pääkäyttäjää tekemään tämä tai antamaan sinulle rooli.',
    identity_unavailable: 'Kirjautuminen ei toimi juuri nyt. Tietosi ovat tallessa. Yritä hetken päästä uudelleen.',
  },
  sign_in: {
    not_signed_in: 'Istuntosi on päättynyt. Mitään ei kadonnut. Lataa sivu uudelleen, niin pääset kirjautumaan.',
    fresh_passkey_required: 'Tähän tarvitaan pääsyavaimesi juuri nyt. Mitään ei muutettu. Yritä uudelleen.',
  },
  removals: {
    not_a_company: 'Vain yrityksen, jonka joku on lisännyt, voi poistaa. Mitään ei muutettu.',
    not_yours: 'Organisaationne ei ole lisännyt tätä yritystä. Mitään ei muutettu.',
    nothing_asked: 'Päätettävää tai peruttavaa ei enää ole. Päivitä sivu.',
    under_way: 'Poistamista on jo pyydetty tai siitä on päätetty. Päivitä sivu.',
  },
  people: {
    role_not_found: 'Tätä roolia ei enää ole. Mitään ei muutettu. Päivitä sivu.',
    role_name_taken: 'Tämänniminen rooli on jo. Mitään ei tallennettu. Valitse toinen nimi.',
    too_many_roles: 'Omia rooleja on niin monta kuin saa olla. Poista ensin jokin, jota ei käytetä.',
    above_own: 'Tämä on enemmän kuin itse saat tehdä, joten mitään ei muutettu. Pyydä pääkäyttäjää.',
    restricted: 'Henkilö on rajoittanut tietojensa käyttöä, joten mitään ei muutettu. Hän voi avata ne itse.',
    helps_themselves: 'Et voi auttaa itseäsi. Mitään ei muutettu. Pyydä toista pääkäyttäjää tai käytä palautuskoodia.',
    last_administrator:
      'Organisaatiolla on oltava ainakin yksi pääkäyttäjä, joten mitään ei muutettu. Anna ensin toiselle henkilölle pääkäyttäjän rooli.',
    person_not_found: 'Tätä henkilöä ei enää ole organisaatiossa. Mitään ei muutettu. Päivitä sivu.',
    picture_invalid:
      'Linkki kuvaan ei kelpaa. Mitään ei tallennettu. Anna osoite, joka alkaa https://, tai tyhjennä kohta.',
    name_invalid: 'Nimi ei kelpaa. Mitään ei tallennettu. Kirjoita se yhdelle riville ilman erikoismerkkejä.',
    code_wrong: 'Koodi on väärä tai vanhentunut. Mitään ei muutettu. Viiden yrityksen jälkeen tarvitset uuden koodin.',
    too_many_codes: 'Koodeja on pyydetty liian monta. Mitään ei muutettu. Odota tunti ja yritä uudelleen.',
    address_invalid: 'Tämä ei ole sähköpostiosoite. Mitään ei muutettu. Tarkista, mitä kirjoitit.',
    address_taken: 'Osoitteella on jo tili. Mitään ei muutettu. Poista se ensin siltä tililtä, jolla se on.',
    address_not_found: 'Tätä osoitetta ei enää ole tililläsi. Päivitä sivu.',
    address_primary: 'Tämä on ensisijainen osoitteesi. Mitään ei muutettu. Tee ensin toisesta ensisijainen.',
    too_many_addresses:
      'Tililläsi on jo niin monta osoitetta kuin sille mahtuu. Mitään ei lisätty. Poista ensin jokin.',
    names_not_ready: 'Organisaation nimiä avataan vielä. Odota hetki ja yritä uudelleen.',
  },
  officers: {
    not_provider: 'Hätähävitys kuuluu organisaatiolle, joka ylläpitää tätä Vartiota. Mitään ei muutettu.',
    no_such_officer: 'Tällä henkilöllä ei ole enää avainta luettelossa. Mitään ei muutettu. Lataa sivu uudelleen.',
    alone: 'Tähän tarvitaan toinenkin henkilö. Mitään ei muutettu. Kutsu hänet ensin.',
    already_officer: 'Sinulla on jo avain. Mitään ei muutettu. Poista se ensin luettelosta, jos haluat uuden.',
    no_such_list: 'Luettelo on muuttunut. Mitään ei muutettu. Lataa sivu uudelleen ja vertaa nimet.',
    not_in_list: 'Tätä allekirjoitusta ei odoteta. Mitään ei muutettu. Tarkista, että tiedosto on omasi.',
    malformed: 'Tämä ei ole avaimen julkinen puoli. Mitään ei muutettu. Kopioi koko rivi, joka alkaa sanalla officer.',
  },
  note: {
    malformed: 'Tämä ei ole allekirjoitus. Mitään ei muutettu. Kopioi koko rivi, jonka komento näytti.',
    not_signed: 'Tätä allekirjoitusta ei odoteta. Mitään ei muutettu. Tarkista, kenen avain allekirjoitti.',
    wrong_signature:
      'Allekirjoitus ei ole tämän luettelon. Mitään ei muutettu. Lataa luettelo uudelleen ja allekirjoita se.',
  },
  organizations: {
    provider_only: 'Tämän kirjaa tämän Vartion tarjoajan väki. Mitään ei muutettu.',
    operator_is_here:
      'Pelkällä toimittajalla ei ole pääsyä tietoihin, joten sen nimistä organisaatiota ei voi olla täällä. Mitään ei muutettu.',
    name_taken: 'Tämänniminen organisaatio on jo olemassa. Mitään ei lisätty. Anna toinen nimi.',
    already_set_up: 'Tämä Vartio on jo otettu käyttöön. Mitään ei lisätty. Kirjaudu sisään tai pyydä kutsu.',
    organization_not_found: 'Tätä organisaatiota ei ole, tai et kuulu siihen. Mitään ei muutettu.',
    kind_not_allowed: 'Tämän alle ei voi lisätä tällaista organisaatiota. Mitään ei lisätty.',
    company_decides: 'Yrityksellä on oma pääkäyttäjä. Vain hän päättää, kuka yritystä hoitaa. Mitään ei muutettu.',
    not_above: 'Hoitaminen voidaan antaa vain organisaatiolle, joka on tämän yllä. Mitään ei muutettu.',
    outsourcing_ended: 'Yritys on päättänyt, ettet enää hoida sitä. Mitään ei muutettu. Et näe siitä enää mitään.',
    not_for_this_partner: 'Tällainen kumppani ei hoida jotakin valituista. Mitään ei muutettu.',
    not_outsourced: 'Tätä ei enää hoideta. Joku on voinut lopettaa sen. Päivitä sivu.',
  },
  invitations: {
    has_administrator:
      'Organisaatiolla on pääkäyttäjä, jonka komento vartio recover päästää takaisin. Ketään ei kutsuttu.',
    invitation_not_found: 'Tätä kutsua ei enää ole avoinna: joku on perunut sen tai se on käytetty. Päivitä sivu.',
    already_member: 'Tällä osoitteella on jo pääsy tähän organisaatioon. Kutsua ei lähetetty.',
    already_invited: 'Tähän osoitteeseen on jo avoin kutsu. Lähetä se tarvittaessa uudelleen listasta.',
  },
  audit: {
    people_only: 'Tämä on sisään kirjautuneille ihmisille, ei API-avaimille.',
  },
  bookkeeping: {
    provider_only: 'Kirjanpitoa hoitaa tämän Vartion tarjoaja. Mitään ei muutettu.',
    bad_year:
      'Tilikausi päättyy tositteen päivänä tai sen jälkeen, enintään 18 kuukauden kuluttua, eikä sen säilytysaika ole ohi. Korjaa päivät.',
    no_place: 'Tositteelle ei ole nyt paikkaa, johon se säilyisi. Mitään ei tallennettu. Kerro ylläpidolle.',
    too_many:
      'Vuodella on enemmän tositteita kuin tiedostoon mahtuu. Palvelimen komento vartio bookkeeping export antaa ne kaikki.',
  },
  api_keys: {
    not_valid: 'API-avain ei kelpaa tai ei ole enää voimassa.',
    not_allowed: 'API-avaimella ei saa tehdä tätä.',
    people_only: 'Tämä on sisään kirjautuneille ihmisille, ei API-avaimille.',
    bad_end: 'Avain on voimassa tästä hetkestä, enintään vuoden. Valitse toinen päivä.',
    too_many: 'Avaimia on niin monta kuin niitä voi olla. Kumoa ensin jokin, jota ei käytetä.',
    not_found: 'Tätä avainta ei ole, tai se on jo kumottu. Päivitä sivu.',
  },
  declarations: {
    provider_only: 'Lupauksista vastaavat tämän Vartion tarjoajan ihmiset. Mitään ei muutettu.',
    not_declarable: 'Tämä lupaus ei ole kenenkään vakuutuksen varassa. Päivitä sivu.',
    bad_until: 'Vakuutus on voimassa tästä hetkestä, enintään vuoden. Valitse toinen päivä.',
    not_found: 'Tätä vakuutusta ei ole, tai se on jo peruttu. Päivitä sivu.',
  },
  commands: {
    provider_only: 'Komennon vahvistavat palvelun tarjoajan omat ihmiset.',
    not_waiting: 'Komento ei enää odota: se on jo suoritettu, peruttu tai luovuttanut.',
    other_command: 'Tämä ei ole se komento, joka näytettiin. Mitään ei vahvistettu.',
    only_once: 'Tämä komento vahvistetaan joka kerta erikseen.',
  },
  reports: {
    not_found: 'Tätä raporttia ei enää ole. Päivitä sivu.',
    edition_not_found: 'Tätä raporttia ei enää ole. Raportteja säilytetään kolme vuotta.',
    too_many: 'Raportteja on jo 20. Poista ensin jokin niistä.',
    not_readers:
      'Joku vastaanottajista ei saa lukea tämän organisaation raportteja. Ota hänet pois tai anna ensin oikeus.',
    bad_time_zone: 'Tätä aikavyöhykettä ei tunneta. Valitse toinen.',
  },
  company_sign_in: {
    not_set_up: 'Tähän organisaatioon ei kirjauduta sen oman tunnistuslähteen kautta. Kirjaudu pääsyavaimella.',
    expired: 'Kirjautuminen kesti liian kauan tai aloitettiin muualla. Aloita alusta.',
    not_member: 'Et kuulu tähän organisaatioon. Pyydä sen pääkäyttäjältä kutsu.',
    no_groups: 'Tunnistuslähde ei kertonut ryhmistäsi, joten se ei päästä sisään. Kerro tästä pääkäyttäjälle.',
    no_role: 'Millään ryhmälläsi ei ole roolia tässä organisaatiossa. Kysy pääkäyttäjältä.',
    members_only: 'Vain organisaation omat ihmiset yhdistävät sen tunnistuslähteen tiliinsä.',
    no_domain: 'Kirjoita verkkotunnus niin kuin se on osoitteissanne @-merkin jälkeen, esimerkiksi paja.example.',
    domain_not_found: 'Tätä verkkotunnusta ei enää ole.',
    too_many_domains: 'Verkkotunnuksia on jo 20. Poista ensin jokin.',
    domain_taken:
      'Toinen organisaatio on todistanut tämän verkkotunnuksen omakseen. Se vapautuu kahden viikon päästä siitä, kun sen tietue on poistunut.',
    record_missing:
      'Nimipalvelimet eivät vielä tunne tietuetta. Uusi tietue näkyy kaikkialla viimeistään vuorokauden päästä.',
    record_different: 'Tietue on, mutta sen arvo on toinen. Kopioi arvo tästä.',
    record_unanswered: 'Verkkotunnuksen nimipalvelimet eivät vastanneet. Yritä hetken päästä uudelleen.',
  },
  staff: { provider_only: 'Henkilöstön näkevät vain tämän Vartion tarjoajan ihmiset.' },
  subscriptions: {
    not_subscribed:
      'Yritys ei ole tilannut laitteiden suojausta, tai tilaus on päättynyt. Laitetta ei liitetty eikä siitä kerätty mitään.',
    seats_full: 'Laitteita on jo niin monta kuin on tilattu. Laitetta ei liitetty. Poista laite tai tilaa lisää.',
    not_seller: 'Tilauksen tekee se, joka on lisännyt yrityksen, tai tämän Vartion tarjoaja. Mitään ei muutettu.',
    ends_before_it_begins: 'Tilaus ei voi päättyä ennen kuin se alkaa. Mitään ei muutettu.',
  },
  health: { provider_only: 'Vartion omaa kuntoa katsovat vain tämän Vartion tarjoajan ihmiset.' },
  technical_log: {
    provider_only: 'Teknistä lokia katsovat vain tämän Vartion tarjoajan ihmiset. Mitään ei näytetty.',
    too_long: 'Yhdellä kertaa näkee enintään 31 päivää. Valitse lyhyempi aika, alku ennen loppua.',
  },
  upstreams: {
    provider_only: 'Tunnistuslähteet valitsevat tämän Vartion tarjoajan pääkäyttäjät. Mitään ei muutettu.',
  },
  account: {
    service_not_found: 'Tälle palvelulle ei ole luovutettu mitään. Mitään ei muutettu.',
  },
  upstream: {
    not_connected:
      'Tätä tunnistuslähdettä ei ole vielä yhdistetty tiliin. Kirjaudu pääsyavaimella ja yhdistä se omalla sivullasi.',
    not_offered: 'Tunnistuslähde ei ole käytössä. Kirjaudu pääsyavaimella.',
    broken_off: 'Tunnistuslähde ei päästänyt sisään tai keskeytit. Yritä uudelleen.',
    answer_refused: 'Tunnistuslähteen vastaukseen ei voi luottaa. Yritä uudelleen tai kirjaudu pääsyavaimella.',
    not_found: 'Tätä tunnistuslähdettä ei ole enää. Mitään ei muutettu.',
    unreachable: 'Tunnistuslähde ei vastaa niin kuin pitäisi. Tarkista osoite ja yritä uudelleen.',
    secret_missing: 'Tunnistuslähteeltä puuttuu salaisuus. Anna se ensin.',
    identifier_not_found: 'Tätä tunnusta ei ole enää. Mitään ei muutettu.',
    identifier_type_not_found: 'Tätä lajia ei ole enää. Mitään ei muutettu.',
    identifier_type_in_use: 'Jokin lähde kertoo tätä lajia tai jollakulla on sellainen, joten sitä ei voi poistaa.',
    link_not_found: 'Tätä yhdistämistä ei ole enää. Mitään ei muutettu.',
    linked_elsewhere: 'Tämä on jo yhdistetty toiseen tiliin. Mitään ei muutettu.',
  },
  contracts: {
    provider_only: 'Sen päättävät tämän Vartion tarjoajan pääkäyttäjät. Mitään ei muutettu.',
    owners_only: 'Tarjoaja hoitaa kaikkia sopimuksia eikä omista palveluja. Mitään ei muutettu.',
    not_found: 'Tätä sopimusta ei ole. Päivitä sivu.',
    too_many: 'Organisaatiolla on niin monta palvelua kuin saa olla. Irtisano ensin jokin niistä.',
    waits: 'Sopimus odottaa hyväksyntää. Peru ensin lähetys. Mitään ei muutettu.',
    not_in_test: 'Vain testikäytössä oleva sopimus lähetetään otettavaksi voimaan.',
    nothing_sent: 'Hyväksyttävää ei enää ole. Päivitä sivu.',
    sent_anew: 'Omistaja on sen jälkeen perunut tai lähettänyt uuden. Päivitä sivu ja katso uudelleen.',
    unsigned: 'Nimeä ensin allekirjoittaja. Mitään ei lähetetty.',
    signatories_stay: 'Voimassa olevan sopimuksen allekirjoittajat vaihtaa tarjoaja. Mitään ei muutettu.',
    not_in_eea:
      'Sopimus tehdään vain organisaation kanssa, jonka kotipaikka ja palvelu ovat EEA-alueella. Mitään ei muutettu.',
    no_such_owner: 'Tätä organisaatiota ei ole tai se ei voi omistaa palvelua. Mitään ei muutettu.',
    by_proposal: 'Palvelulla on omistaja: se tulee voimaan, kun hyväksyt sen, mitä omistaja on lähettänyt.',
    owner_declares: 'Palvelulla on omistaja, joka antaa vakuutuksen. Mitään ei muutettu.',
    over: 'Tämä sopimus on irtisanottu, eikä sitä enää muuteta. Mitään ei muutettu.',
  },
  services: {
    subject_not_found: 'Tällä henkilöllä ei ole enää tiliä. Mitään ei muutettu.',
    not_in_eea:
      'Sopimus tehdään vain organisaation kanssa, jonka kotipaikka ja palvelu ovat EEA-alueella. Mitään ei muutettu.',
    contract_not_found: 'Tätä sopimusta ei ole. Päivitä sivu.',
    contract_over: 'Tämä sopimus on irtisanottu, eikä sitä enää muuteta. Mitään ei muutettu.',
    contract_unsigned: 'Nimeä ensin allekirjoittaja. Mitään ei muutettu.',
    terms_superseded: 'Ehdoista on uudempi versio. Päivitä sivu ja lue se.',
    secret_not_used: 'Tämä palvelu todistaa itsensä avaimellaan, eikä sillä ole salaisuutta.',
  },
  contact: {
    provider_only: 'Yhteydenotot lukee tämän Vartion tarjoajan väki. Mitään ei muutettu.',
    no_such_message: 'Tätä yhteydenottoa ei enää ole. Päivitä sivu.',
  },
  requests: {
    provider_only: 'Pyynnöistä huolehtivat tämän Vartion tarjoajan tietosuojavastaavat. Mitään ei muutettu.',
    not_found: 'Tätä pyyntöä ei enää ole. Päivitä sivu.',
    finished: 'Tämä pyyntö on jo valmis. Mitään ei muutettu.',
    already_extended: 'Tämän pyynnön määräaikaa on jo jatkettu. Toista kertaa sitä ei jatketa.',
    too_late_to_extend: 'Kuukausi, jonka aikana pyytäjälle on kerrottava, on mennyt. Mitään ei muutettu.',
  },
  holds: {
    provider_only: 'Säilytyspidoista päättävät tämän Vartion tarjoajan tietosuojavastaavat. Mitään ei muutettu.',
    person_unknown: 'Portaali ei tunne henkilöä, jolla on tämä tunniste. Mitään ei muutettu. Tarkista tunniste.',
    needs_another: 'Säilytyspidon hyväksyy joku muu kuin sen ehdottaja. Mitään ei muutettu.',
    not_found: 'Tätä säilytyspitoa ei enää ole. Päivitä sivu.',
    not_proposed: 'Tästä säilytyspidosta on jo päätetty. Päivitä sivu.',
    not_active: 'Tämä säilytyspito ei ole voimassa. Päivitä sivu.',
    bad_scope: 'Sano, kenen, minkä organisaation tai mikä loki säilytetään. Aikaväli kuuluu lokiin.',
    bad_time:
      'Säilytyspito tarkistetaan puolen vuoden kuluessa ja ennen loppuaan, ja se loppuu kahden vuoden kuluessa.',
    ground_unfit: 'Tämä peruste on tiedossa itsessään. Valitse tämän tapauksen peruste.',
  },
  recovery: {
    no_account: 'Tällä henkilöllä ei ole tiliä, johon päästä. Mitään ei lähetetty. Poista hänet ja kutsu uudelleen.',
    too_many_helps: 'Häntä on jo autettu monta kertaa tänään. Mitään ei lähetetty. Yritä huomenna uudelleen.',
  },
  passkeys: {
    last_passkey:
      'Viimeistä pääsyavainta ei voi poistaa: et pääsisi enää sisään. Mitään ei muutettu. Lisää ensin toinen.',
    passkey_not_found: 'Tätä pääsyavainta ei enää ole. Päivitä sivu.',
    refused: 'Pääsyavain ei kelvannut. Mitään ei muutettu. Yritä uudelleen.',
    too_many: 'Sinulla on jo niin monta pääsyavainta kuin tilille mahtuu. Mitään ei lisätty. Poista ensin jokin.',
  },
  own_data: {
    restricted: 'Tietosi ovat lukittuina, joten tätä ei tehty. Avaa ne ensin kohdassa Omat tiedot.',
    request_not_found: 'Tätä pyyntöä ei enää ole kesken, joten kenellekään ei kerrottu. Päivitä sivu.',
    copy_not_found: 'Tätä kopiota ei enää ole. Pyydä uusi.',
    copy_not_ready: 'Kopio ei ole vielä valmis. Odota hetki ja yritä uudelleen.',
    typed_something_else: 'Osoite ei ole tilisi osoite. Mitään ei poistettu. Tarkista, mitä kirjoitit.',
    last_administrator:
      'Olet jonkin organisaation ainoa pääkäyttäjä, joten mitään ei poistettu. Anna ensin toiselle henkilölle pääkäyttäjän rooli.',
    in_the_way: 'Jokin on tehtävä ennen kuin tilin voi poistaa. Mitään ei muutettu. Kysy tietosuojavastaavalta.',
    being_forgotten: 'Tiliäsi poistetaan juuri. Mitään muuta ei muutettu.',
    program_away: 'Jokin Vartion osa ei vastaa juuri nyt, joten mitään ei poistettu. Yritä hetken päästä uudelleen.',
  },
  groups: {
    kept_by_portal: 'Tähän ryhmään kuulumisesta päätetään portaalissa. Mitään ei muutettu.',
    not_found: 'Tätä ryhmää ei ole, tai se ei ole sinua varten. Mitään ei muutettu.',
    request_not_found: 'Tätä pyyntöä ei enää ole. Mitään ei muutettu. Päivitä sivu.',
    member_not_found: 'Häntä ei enää ole ryhmässä, tai hänen tilinsä on vanhentunut. Mitään ei muutettu. Päivitä sivu.',
    already_there: 'Kuulut jo ryhmään tai olet pyytänyt siihen. Mitään ei muutettu.',
    only_administrator: 'Olet ryhmän ainoa pääkäyttäjä. Mitään ei muutettu. Tee ensin joku jäsenistä pääkäyttäjäksi.',
    others_administer: 'Ryhmällä on muitakin pääkäyttäjiä. Mitään ei muutettu. Heidän on ensin luovuttava tehtävästä.',
    is_administrator: 'Pääkäyttäjää ei voi poistaa. Mitään ei muutettu. Hän voi itse luopua tehtävästä.',
    too_many: 'Niitä on jo niin monta kuin voi olla. Mitään ei lisätty.',
    typed_something_else: 'Tämä ei ole ryhmän nimi. Mitään ei poistettu. Tarkista, mitä kirjoitit.',
  },
  oidc: { no_such_session: 'Tämä istunto on jo päättynyt. Päivitä sivu.' },
  rule_sets: {
    bad_address: 'Osoite ei kelpaa. Mitään ei muutettu. Sen alussa on https:// eikä siinä ole tunnusta eikä salasanaa.',
    exists: 'Samanniminen säännöstö on jo luettelossa. Mitään ei muutettu. Anna toinen nimi.',
    no_address: 'Tämä säännöstö tuotiin tiedostosta, joten sitä ei voi hakea. Tuo uusi tiedosto.',
    not_bundle_key:
      'Tiedosto on toisen Vartion allekirjoittama. Mitään ei otettu käyttöön. Anna sen Vartion avain, se näkyy sen säännöstösivulla.',
    not_fetched: 'Säännöstöä ei saatu haettua. Laitteilla on edelleen edellinen versio. Yritä myöhemmin uudelleen.',
    not_found: 'Tätä säännöstöä ei ole luettelossa. Päivitä sivu.',
    not_provider:
      'Vain tarjoaja valitsee säännöstöt. Mitään ei muutettu. Käytännössä valitset, mitkä niistä ovat laitteillasi.',
    not_ready: 'Säännöstö ei ole vielä valmis. Mitään ei muutettu. Odota, että se on valmis.',
    other_hash: 'Tiedosto ei ole se, joka sen pitäisi olla. Sitä ei otettu käyttöön. Tarkista tiiviste julkaisijalta.',
    other_version: 'Säännöstöstä on jo uusi versio. Laite hakee sen itse.',
    own_network:
      'Osoite vie omaan verkkoon, joten sitä ei haettu. Ylläpito voi sallia peilin asetuksella VARTIO_RULE_MIRRORS.',
    too_large: 'Tiedosto on liian suuri. Sitä ei otettu käyttöön.',
    too_many: 'Säännöstöjä on jo niin monta kuin voi olla. Mitään ei muutettu. Poista luettelosta tarpeeton.',
  },
  policies: {
    changed_meanwhile:
      'Joku muu on sillä välin muuttanut käytäntöä. Mitään ei tallennettu. Päivitä sivu ja yritä uudelleen.',
    exclusion_not_found: 'Tämä on jo päättynyt, tai joku on päättänyt sen. Mitään ei muutettu. Päivitä sivu.',
    bad_until:
      'Päättymisajan on oltava tulevaisuudessa, enintään yhdeksänkymmenen päivän päässä. Mitään ei tallennettu.',
    too_many_exclusions: 'Poikkeuksia on jo niin monta kuin käytäntöön mahtuu. Mitään ei lisätty. Päätä ensin joitain.',
    level_not_found:
      'Tätä ryhmää tai laitetta ei enää ole. Mitään ei tallennettu. Joku on voinut poistaa sen. Päivitä sivu.',
    locked: 'Ylempi taso on sillä välin lukinnut asetuksen, jota muutit. Mitään ei tallennettu. Päivitä sivu.',
    nothing_below: 'Yksittäisen laitteen alla ei ole mitään, mitä lukita. Mitään ei tallennettu.',
    too_many_levels:
      'Omia asetuksia on jo niin monella laitteella kuin voi olla. Mitään ei tallennettu. Tee laitteista ryhmä.',
    state_not_found: 'Näin vanhaa tilaa ei enää ole tallessa. Mitään ei muutettu. Päivitä sivu.',
  },
  standards: {
    not_found: 'Tätä vakiokäytäntöä ei enää ole. Mitään ei muutettu. Joku on voinut poistaa sen. Päivitä sivu.',
    name_taken: 'Tämänniminen vakiokäytäntö on jo. Mitään ei tallennettu. Valitse toinen nimi.',
    too_many: 'Vakiokäytäntöjä on jo niin monta kuin voi olla. Mitään ei tallennettu. Poista ensin joitain.',
    changed_meanwhile:
      'Joku muu on sillä välin muuttanut vakiokäytäntöä. Mitään ei tallennettu eikä otettu käyttöön. Päivitä sivu ja yritä uudelleen.',
    no_such_company:
      'Jokin yrityksistä ei enää anna hoitaa käytäntöään. Mitään ei otettu käyttöön missään. Päivitä sivu ja valitse uudelleen.',
    push_under_way:
      'Vakiokäytäntöä otetaan juuri nyt käyttöön yrityksissä. Muuta ei aloitettu. Yritä uudelleen, kun se on valmis.',
    push_not_found: 'Tätä ei enää ole tallessa. Mitään ei muutettu. Päivitä sivu.',
    push_not_so: 'Tämä on sillä välin edennyt, eikä tätä voi enää tehdä. Mitään ei muutettu. Päivitä sivu.',
  },
  devices: {
    provider_only: 'Laitteiden kielet näkee vain tämän Vartion tarjoaja. Mitään ei muutettu.',
    code_wrong: 'Tällaista koodia ei ole, tai se on peruttu. Mitään ei muutettu. Pyydä uusi.',
    code_expired: 'Koodi on vanhentunut. Mitään ei muutettu. Pyydä uusi.',
    code_used: 'Koodi on jo käytetty. Mitään ei muutettu. Pyydä uusi.',
    code_not_found: 'Tätä koodia ei enää ole. Joku on voinut perua sen. Päivitä sivu.',
    device_not_found: 'Tätä laitetta ei enää ole. Joku on voinut poistaa sen. Päivitä sivu.',
    action_not_found: 'Tätä ei ole pyydetty tältä laitteelta.',
    too_many_actions: 'Laitteella on jo tarpeeksi tehtävää. Mitään ei lisätty. Odota, että se ehtii.',
    content_not_found: 'Tiedostoa ei enää ole: tiedostot säilyvät kolmekymmentä päivää.',
    not_enrolled: 'Tätä laitetta ei ole liitetty tänne.',
    not_signed: 'Laitteen pyyntöä ei ole allekirjoitettu niin kuin pitää. Tarkista laitteen kello.',
    no_archive: 'Laitteiden asennuspakettia ei ole vielä tehty. Yritä hetken päästä uudelleen.',
    nothing_chosen: 'Yksikään laite ei sovi valintaan. Mitään ei aloitettu.',
    other_count: 'Valintaan sopii nyt eri määrä laitteita. Mitään ei aloitettu. Katso luettelo uudelleen.',
    too_many_bulks: 'Käynnissä on jo niin monta kuin voi olla. Mitään ei aloitettu. Odota, että osa valmistuu.',
    bulk_not_found: 'Tätä ei enää ole: tiedot säilyvät kolmekymmentä päivää.',
    bulk_not_so: 'Tätä ei voi enää pysäyttää tai kumota. Mitään ei muutettu. Päivitä sivu.',
    label_not_found: 'Tätä ryhmää tai tunnistetta ei enää ole. Mitään ei muutettu. Päivitä sivu.',
    label_taken: 'Tämänniminen on jo olemassa. Mitään ei tallennettu. Anna toinen nimi.',
    too_many_labels: 'Ryhmiä tai tunnisteita on jo niin monta kuin mahtuu. Mitään ei lisätty. Poista ensin joitain.',
    view_not_found: 'Tätä näkymää ei enää ole. Päivitä sivu.',
    too_many_views: 'Näkymiä on jo niin monta kuin mahtuu. Mitään ei tallennettu. Poista ensin joitain.',
    names_not_ready: 'Laitteiden nimiä avataan vielä. Odota hetki ja yritä uudelleen.',
    enrolled_meanwhile: 'Laitetta liitetään parhaillaan toisella pyynnöllä. Yritä hetken päästä uudelleen.',
  },
  detections: {
    detection_not_found: 'Tätä havaintoa ei enää ole. Päivitä sivu.',
    not_in_quarantine: 'Tämä ei ole enää karanteenissa. Mitään ei muutettu. Päivitä sivu.',
    under_way: 'Laitetta on jo pyydetty tekemään tälle jotain. Odota, että se vastaa.',
    changed_meanwhile: 'Joku muu ehti muuttaa tätä havaintoa. Mitään ei muutettu. Päivitä sivu ja yritä uudelleen.',
    may_not_exclude: 'Läpi päästäminen muuttaa käytäntöä, eikä sinulla ole siihen oikeutta. Mitään ei muutettu.',
    cannot_handle: 'Hän ei saa käsitellä tämän organisaation havaintoja. Mitään ei muutettu. Valitse joku muu.',
    cannot_cover: 'Tästä havainnosta ei voi tehdä tällaista poikkeusta. Mitään ei muutettu. Valitse toinen.',
    nothing_chosen: 'Valitut ovat jo näin, tai niitä ei enää ole. Mitään ei muutettu.',
    nothing_to_undo: 'Näitä on jo muutettu uudelleen, tai tämä on jo kumottu. Mitään ei muutettu.',
  },
  receivers: {
    not_found: 'Tätä vastaanottajaa ei enää ole. Päivitä sivu.',
    bad_address:
      'Osoite ei kelpaa. Sen pitää alkaa https:// tai lokijärjestelmällä olla muotoa tls://palvelin:6514. Mitään ei tallennettu.',
    own_network:
      'Osoite on omassa verkossa, eikä sitä ole sallittu. Mitään ei tallennettu. Tämän Vartion ylläpito voi sallia sen asetuksella VARTIO_RECEIVERS.',
    bad_certificate: 'Varmenne ei kelpaa. Mitään ei tallennettu. Anna se PEM-muodossa.',
    too_many: 'Vastaanottajia on jo niin monta kuin mahtuu. Mitään ei tallennettu. Poista ensin jokin.',
    logs_never_quiet: 'Lokijärjestelmälle kerrotaan aina heti, eikä se noudata hiljaista aikaa. Mitään ei muutettu.',
    never_signed: 'Syslogina lähetettyä ei allekirjoiteta, joten salaisuutta ei ole. Mitään ei muutettu.',
    not_delivered: 'Koeviesti ei mennyt perille. Tarkista osoite ja varmenne.',
  },
}
