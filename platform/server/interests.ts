import type { Words } from './purpose.ts'

/**
 * The only legitimate interests under which identifiable data is processed (EP-38, GDPR Art. 6(1)(f)), each weighed against the interests of
 * those whose data it is. They are ours as the makers; whoever runs Vartio weighs them again for what they do with it.
 */
type LegitimateInterest = {
  readonly interest: Words
  readonly necessity: string
  readonly balance: string
  readonly safeguards: readonly string[]
  readonly weighedBy: string
  readonly weighedOn: string
  readonly reviewBy: string
}

const weighed = { weighedBy: 'the makers of Vartio', weighedOn: '2026-11-21', reviewBy: '2027-11-21' } as const

export const interests = {
  'customer-security': {
    interest: {
      en: 'securing the networks and devices of customers, and the confidentiality and availability of the data in them',
      fi: 'asiakkaiden verkkojen ja laitteiden sekä niissä olevan tiedon luottamuksellisuuden ja saatavuuden turvaaminen',
    },
    necessity:
      'Misuse is told from use only by who did it, from where and when; counts without persons show that something happened, and stop nobody.',
    balance:
      'Who works with the security of others expects what they do there to be recorded. It is of their work, not their private life; it is seen by few, and each person sees their own.',
    safeguards: [
      'kept no longer than its description says, and dropped by the day',
      'read for no other purpose than the description names, which the database refuses',
      'keyed hashes in place of addresses wherever only a limit is counted',
    ],
    ...weighed,
  },
  'threat-trends': {
    interest: {
      en: 'letting the provider see emerging threats and trends over all customers',
      fi: 'tarjoajan kyky havaita uusia uhkia ja suuntauksia kaikkien asiakkaiden yli',
    },
    necessity: 'A threat that is new at one customer is known at the next only if what was met is told onwards.',
    balance: 'What is told is what was met, not by whom: no person, organisation, device or path.',
    safeguards: [
      'the Cloud holds no person, company or device',
      'a gate takes one class of requests and refuses the rest',
    ],
    ...weighed,
  },
  'one-framework': {
    interest: {
      en: 'running one security framework for many customers and partners in many places',
      fi: 'yhden tietoturvakokonaisuuden ylläpito monelle asiakkaalle ja kumppanille monessa paikassa',
    },
    necessity:
      'Whoever looks after many organisations must reach the right people of each, and see who may do what in which.',
    balance:
      'A name, an address at work and a role, given by an organisation about those who act for it; the person is told, and what nobody accepts goes in a month.',
    safeguards: [
      'each organisation sees its own rows only, by row-level security',
      'an invitation that is not accepted is forgotten',
    ],
    ...weighed,
  },
} as const satisfies Readonly<Record<string, LegitimateInterest>>

export type Interest = keyof typeof interests

/** Those whose review is due: a balance that nobody looks at again is none. */
export function interestsToReview(at: Date): Interest[] {
  const today = at.toISOString().slice(0, 10)
  return (Object.keys(interests) as Interest[]).filter((name) => interests[name].reviewBy <= today)
}
