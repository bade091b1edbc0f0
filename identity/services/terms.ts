import type { Language } from '#base/languages'

/**
 * The template of a contract. A contract keeps the version that was accepted last; a changed sentence is a new version, and earlier ones stay here for
 * as long as any contract rests on them.
 */
export const termsVersion = '2026-11'

const fi = [
  'Tilaaja vakuuttaa, että sen kotipaikka ja palvelun kaikki käsittelypaikat ovat Euroopan talousalueella, ja ilmoittaa muutoksesta ennen sitä. Vakuutus annetaan uudelleen vuosittain ja aina, kun palvelun osoitteet muuttuvat.',
  'Tietoja luovutetaan vain sopimuksessa rekisteröityihin osoitteisiin ja vain henkilön jatkettua. Luovutuksesta alkaen tilaaja on saamiensa tietojen rekisterinpitäjä.',
  'Osapuoli voi irtisanoa sopimuksen sovitun irtisanomisajan kuluttua. Käyttöoikeus päättyy viimeistään sen lopussa.',
  'Jos tarjoaja lopettaa toimintansa, irtisanominen alkaa heti päätöksestä.',
  'Ylivoimainen este: jos Euroopan talousalueen ulkopuolinen viranomainen tai sellaisena esiintyvä uhkaa vaatia henkilötietoja, tarjoaja saa heti ja ennalta ilmoittamatta lopettaa palvelun ja hävittää tiedot.',
]

const en: typeof fi = [
  'The subscriber assures that its seat and every place where the service processes data lie in the European Economic Area, and tells of a change before it is made. The assurance is given anew each year, and whenever addresses of the service change.',
  'Data is released only to addresses registered in the contract, and only after the person has continued. From the hand-over on the subscriber is the controller of what it has received.',
  'Either party may end the contract after the notice period agreed on. Access ends at its end at the latest.',
  'If the provider ceases its operations, notice begins with the decision.',
  'Force majeure: if an authority from outside the European Economic Area, or somebody who poses as one, threatens to demand personal data, the provider may end the service and destroy the data at once and without warning.',
]

export type Template = {
  readonly newest: string
  readonly versions: Readonly<Record<string, Record<Language, string[]>>>
}
export const template: Template = { newest: termsVersion, versions: { [termsVersion]: { fi, en } } }
