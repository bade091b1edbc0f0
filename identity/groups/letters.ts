import type { Language } from '#base/languages'

// Nobody is named in a letter: who it is about is read on the account.

const fi = {
  asked: (name: string, url: string) => ({
    subject: 'Joku pyytää päästä ryhmääsi',
    text: `Ryhmään ${name} on tullut liittymispyyntö. Hyväksy tai hylkää se tililläsi:

${url}
`,
  }),
  accepted: (name: string, url: string) => ({
    subject: 'Pääsit ryhmään',
    text: `Kuulut nyt ryhmään ${name}. Ryhmän pääkäyttäjä näkee nimesi ja käyttäjänimesi, muut jäsenet eivät.

Ryhmä ja poistuminen siitä:
${url}
`,
  }),
  declined: (name: string, url: string) => ({
    subject: 'Liittymispyyntöäsi ei hyväksytty',
    text: `Pyyntöäsi liittyä ryhmään ${name} ei hyväksytty. Pääkäyttäjän vastaus on tililläsi:

${url}
`,
  }),
  removed: (name: string, url: string) => ({
    subject: 'Sinut poistettiin ryhmästä',
    text: `Et enää kuulu ryhmään ${name}: ryhmän pääkäyttäjä poisti sinut.

Ryhmäsi:
${url}
`,
  }),
  appointed: (name: string, url: string) => ({
    subject: 'Olet nyt ryhmän pääkäyttäjä',
    text: `Sinusta tehtiin ryhmän ${name} pääkäyttäjä. Päätät siitä, kuka ryhmään pääsee, ja jäsenet näkevät nimesi ja käyttäjänimesi.

Jos et halua sitä, voit luopua tehtävästä täällä:
${url}
`,
  }),
}

const en: typeof fi = {
  asked: (name, url) => ({
    subject: 'Somebody asks to join your group',
    text: `There is a request to join the group ${name}. Accept or decline it on your account:

${url}
`,
  }),
  accepted: (name, url) => ({
    subject: 'You are in the group',
    text: `You now belong to the group ${name}. Its administrator sees your name and user name; other members do not.

The group, and how to leave it:
${url}
`,
  }),
  declined: (name, url) => ({
    subject: 'Your request to join was declined',
    text: `Your request to join the group ${name} was declined. What the administrator answered is on your account:

${url}
`,
  }),
  removed: (name, url) => ({
    subject: 'You were removed from a group',
    text: `You no longer belong to the group ${name}: its administrator has removed you.

Your groups:
${url}
`,
  }),
  appointed: (name, url) => ({
    subject: 'You are now an administrator of a group',
    text: `You were made an administrator of the group ${name}. You decide who is let in, and members see your name and user name.

If you do not want that, you can step down here:
${url}
`,
  }),
}

export const letters: Readonly<Record<Language, typeof fi>> = { fi, en }
