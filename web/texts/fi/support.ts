/** Tukityökalun ilmoitus siellä, missä vika tulee vastaan. */
export const support = {
  title: 'Jos vika ei selviä',
  server:
    'Tukityökalu kokoaa palvelimella versioita, lukuja ja virhekoodeja yhteen tiedostoon, ei kenenkään henkilötietoja. Se ei lähetä mitään: luet tiedoston ja päätät itse, toimitatko sen sille, joka auttaa.',
  device:
    'Tukityökalu kokoaa laitteella versioita, suojausten tilan ja virhekoodeja yhteen tiedostoon, ei kenenkään henkilötietoja. Se ei lähetä mitään: tiedosto jää laitteelle, kunnes olet lukenut sen ja päätät toimittaa sen tarjoajalle.',
} as const
