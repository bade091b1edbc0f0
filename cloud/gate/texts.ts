import type { Language } from '#base/languages'

const fi = {
  title: 'Turvapilvi',
  lead: 'Vastaa kysymykseen ”onko tämä vaarallista?” tietämättä, kuka kysyy.',
  parts: [
    {
      title: 'Mitä laite kysyy',
      items: [
        'Laite laskee tiedostosta tiivisteen ja lähettää siitä vain alun. Sama alku on lukemattomilla muillakin tiedostoilla.',
        'Vastauksessa on kaikki, mitä alulla tunnetaan. Laite etsii siitä omansa itse.',
        'Vastaukset ovat yhtä pitkiä, joten pituuskaan ei kerro, mitä kysyttiin.',
      ],
    },
    {
      title: 'Mitä lähetetään tutkittavaksi',
      items: [
        'Jos organisaatio on niin valinnut, laite lähettää tuntemattoman ohjelman. Mukana on vain ohjelman sisältö, ei nimeä eikä polkua.',
        'Ohjelma tutkitaan prosessissa, jolla ei ole verkkoa eikä pääsyä tiedostoihin. Vaaraton katoaa heti: sitä ei kirjoiteta levylle.',
        'Haittaohjelma säilytetään sinetöitynä 90 päivää.',
      ],
    },
    {
      title: 'Mitä pilvi ei tiedä',
      items: [
        'Kysymyksessä ei ole henkilöä, yritystä, laitetta, tunnusta, evästettä eikä tiedoston nimeä tai polkua. Kysymys, jossa olisi, torjutaan.',
        'Verkko-osoitetta käytetään vain ruuhkan rajoittamiseen. Se on muistissa hetken eikä sitä kirjoiteta minnekään.',
        'Pilvellä ei ole käyttäjiä, eikä sen tietokannassa ole ketään.',
      ],
    },
    {
      title: 'Mihin tämä perustuu',
      items: [
        'Nimettömyys perustuu tehtävien erottamiseen: pilvi on oma ohjelmansa, jonne mikään muu ohjelma ei kerro, kuka kysyy.',
        'Se ei ole vielä salaustekninen takuu. Sama palveluntarjoaja ylläpitää myös portaalia ja näkisi verkko-osoitteet, jos tallentaisi ne vastoin tätä lupausta.',
      ],
    },
  ],
}

const en: typeof fi = {
  title: 'Security Cloud',
  lead: 'Answers “is this dangerous?” without knowing who asks.',
  parts: [
    {
      title: 'What a device asks',
      items: [
        'The device works out the hash of a file and sends only the front of it. Countless other files have the same front.',
        'The answer is everything that is known under that front. The device looks for its own in it.',
        'Answers are equally long, so not even their length tells what was asked.',
      ],
    },
    {
      title: 'What is sent to be examined',
      items: [
        'If the organisation has chosen so, a device sends a program that nobody knows: its content alone, without name or path.',
        'It is looked into by a process without network and without files. What is harmless is gone at once: it is never written to a disk.',
        'Malware is kept sealed for 90 days.',
      ],
    },
    {
      title: 'What the Cloud does not know',
      items: [
        'A question has no person, company, device, token, cookie, and no name or path of a file. One that had would be refused.',
        'The network address serves only to limit floods. It is in memory for a moment and written nowhere.',
        'The Cloud has no users, and nobody is in its database.',
      ],
    },
    {
      title: 'What this rests on',
      items: [
        'Anonymity is by separation of roles: the Cloud is a program of its own, and no other program tells it who asks.',
        'It is not yet a cryptographic guarantee. The same provider runs the portal, and would see network addresses if it recorded them against this promise.',
      ],
    },
  ],
}

export const texts: Readonly<Record<Language, typeof fi>> = { fi, en }
