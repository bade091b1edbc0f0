import type { Language } from '#base/languages'

type About = {
  readonly organization: string
  readonly inviter: string | undefined
  readonly link: string
  readonly expiresAt: Date
}

const texts = {
  fi: {
    subject: ({ organization }: About) => `Kutsu: ${organization} Vartiossa`,
    text: ({ organization, inviter, link, expiresAt }: About) =>
      [
        'Hei!',
        '',
        inviter
          ? `${inviter} kutsuu sinut organisaatioon ${organization} Vartiossa.`
          : `Sinut on kutsuttu organisaatioon ${organization} Vartiossa.`,
        'Avaa linkki ja tee itsellesi pääsyavain:',
        '',
        link,
        '',
        `Linkki toimii kerran, ${day(expiresAt, 'fi')} asti, ja vain tälle sähköpostiosoitteelle.`,
        'Etkö odottanut tätä? Jätä linkki avaamatta, niin mitään ei tapahdu.',
      ].join('\n'),
  },
  en: {
    subject: ({ organization }: About) => `Invitation: ${organization} in Vartio`,
    text: ({ organization, inviter, link, expiresAt }: About) =>
      [
        'Hello,',
        '',
        inviter
          ? `${inviter} invites you to join ${organization} in Vartio.`
          : `You are invited to join ${organization} in Vartio.`,
        'Open the link and make a passkey of your own:',
        '',
        link,
        '',
        `The link works once, until ${day(expiresAt, 'en')}, and for this e-mail address only.`,
        'You did not expect this? Leave the link closed and nothing happens.',
      ].join('\n'),
  },
} as const

function day(at: Date, language: Language): string {
  return new Intl.DateTimeFormat(language === 'fi' ? 'fi-FI' : 'en-GB', {
    dateStyle: 'long',
    timeZone: 'Europe/Helsinki',
  }).format(at)
}

export function writeLetter(language: Language, about: About): { subject: string; text: string } {
  const { subject, text } = texts[language]
  // A subject has its limit, and a name may be longer.
  return { subject: subject(about).slice(0, 200), text: text(about) }
}
