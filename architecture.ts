// What stands on what, and why. architecture.test.ts holds every file to these tables; change the table and its reason first.

/** One area may use the doors named here; each use says what it needs the other for. */
export type Area = { readonly is: string; readonly uses: Readonly<Record<string, string>> }

export type Program = {
  readonly is: string
  /** Its port, counted from VARTIO_PORT. */
  readonly port: number
  /** The host name it answers on where nobody has set another. */
  readonly host: string
  /** In the order they are built: an area may use only what stands before it. */
  readonly areas: Readonly<Record<string, Area>>
}

export const programs = {
  identity: {
    is: 'who someone is; renders its own sign-in pages',
    port: 0,
    host: 'id.localhost',
    areas: {
      keys: { is: 'the root key: sealing and keyed hashes for the other areas', uses: {} },
      pages: { is: 'how the plain pages of identity look, and what they say when something fails', uses: {} },
      people: {
        is: 'persons, their verified e-mail addresses and one-time codes',
        uses: { keys: 'short codes are kept as keyed hashes' },
      },
      passkeys: {
        is: 'the passkeys of a person',
        uses: {
          keys: 'a challenge is bound to its event',
          people: 'a passkey belongs to a person, who is told when one comes or goes',
        },
      },
      services: { is: 'the services that may ask who someone is, and the contracts with those of others', uses: {} },
      upstream: {
        is: 'others who say who a person is: how they are asked, and which account they are linked to',
        uses: {
          keys: 'secrets, keys and the state of a journey are sealed',
          people:
            'an address and a name in the one form in which they are kept; coming by a company’s provider uses the account',
          services: 'what a contract lets people come by; whom the portal knows',
        },
      },
      release: {
        is: 'what a service gets of a person, and the technical log of it',
        uses: {
          keys: 'an event is a keyed hash in the log',
          people: 'what is known of the person',
          services: 'what the contract lets the service have',
          upstream: 'what registers have proved of the person',
        },
      },
      oidc: {
        is: 'OpenID Connect: sessions, codes and tokens',
        uses: {
          keys: 'rows are sealed with a key from the bearer value and the root',
          pages: 'asks before signing out, and shows errors a person meets',
          people: 'the claims of a person',
          services: 'which service asks, with which key and addresses',
          release: 'the claims are what the page has shown; the hand-over is recorded',
        },
      },
      groups: {
        is: 'groups, who belongs to them, and what a service may ask of that',
        uses: {
          people: 'names members, and knows whose account is in use',
          services: 'which service asks, and about which groups',
          release: 'whom a service has been handed over',
        },
      },
      recovery: {
        is: 'getting in again without a passkey',
        uses: {
          keys: 'recovery codes are kept as keyed hashes',
          pages: 'the look of the pages',
          people: 'recovery ends in the person it belongs to, and mails their verified address',
          passkeys: 'recovery ends in a new passkey',
          services: 'a program of the house names the person as it knows them',
          oidc: 'every session ends with it',
        },
      },
      'sign-in': {
        is: 'the pages on which a person signs in, registers and continues to a service',
        uses: {
          keys: 'what has been filled in so far is sealed',
          pages: 'the look of the pages',
          people: 'finds or makes the person, verifies the address',
          passkeys: 'asks for and makes a passkey',
          recovery: 'shows recovery codes once, lets a person in again',
          services: 'names who asks',
          upstream: 'leads there and takes the answer',
          groups: 'names the groups that a service may ask about',
          release: 'shows exactly what is released, and records what the person decided',
          oidc: 'carries the interaction on',
        },
      },
      account: {
        is: 'what a person sees and changes of their own account',
        uses: {
          pages: 'says that somebody broke signing in off',
          people: 'shows the person and the addresses',
          passkeys: 'lists, names, adds and removes passkeys',
          recovery: 'makes new recovery codes',
          services: 'is a service of the house, and names the others',
          upstream: 'lists and removes the links to them, and what registers have proved',
          release: 'lists to whom the person has released what, and stops it',
          oidc: 'lists and ends sessions',
          'sign-in': 'refuses in the same words',
        },
      },
      'own-data': {
        is: 'a person sees what is held of them, takes a copy, and is forgotten',
        uses: {
          keys: 'the key that opens a copy is sealed',
          people: 'finds the person, writes to them',
          services: 'whom the portal knows them as',
          oidc: 'every session ends with the account',
          'sign-in': 'refuses in the same words',
        },
      },
      'life-cycle': {
        is: 'an account that nobody uses expires, and is erased',
        uses: {
          people: 'whose account is quiet, since when, and where to write',
          groups: 'memberships give nothing from then on',
          'own-data': 'erases it',
        },
      },
      inbox: {
        is: 'a page of the mail of this machine while no mail server is set',
        uses: { keys: 'the cookie of who brought the key', pages: 'the look of the page' },
      },
    },
  },
  portal: {
    is: 'what an organisation protects, and who manages it',
    port: 1,
    host: 'portal.localhost',
    areas: {
      audit: { is: 'who did what, when, from where, to what; only ever added to', uses: {} },
      organizations: {
        is: 'the tree provider, partner, company, and who looks after whom',
        uses: { audit: 'changes to an organisation are recorded' },
      },
      people: {
        is: 'who manages an organisation, and in which role',
        uses: {
          audit: 'changes to a membership are recorded',
          organizations: 'a membership lies in an organisation; outsourcing gives rights in another',
        },
      },
      sessions: {
        is: 'the session of a person in the portal, a service of identity like any other',
        uses: {
          audit: 'signing in and out is recorded',
          organizations: 'tells the pages which organisations the person has before them',
          people: 'tells the pages what the person may do',
        },
      },
      invitations: {
        is: 'inviting a person into an organisation',
        uses: {
          audit: 'invitations are recorded',
          organizations: 'an invitation names its organisation',
          people: 'an accepted invitation becomes a membership',
          sessions: 'who accepts is who has just signed in',
        },
      },
      'set-up': {
        is: 'the first organisation of a new Vartio and its first administrator',
        uses: {
          audit: 'the beginning is recorded',
          organizations: 'makes the provider',
          people: 'makes the first administrator',
          sessions: 'who sets up is who has just signed in',
        },
      },
      subscriptions: {
        is: 'what a company subscribes to, and so what is collected of it',
        uses: {
          audit: 'what is sold, renewed or ended is recorded',
          organizations: 'who may sell to whom, and who may invoice',
        },
      },
      policies: {
        is: 'what the agents of an organisation do, of one of its groups of devices, of one device',
        uses: { audit: 'changes are recorded', organizations: 'who did it, in one form' },
      },
      'rule-sets': {
        is: 'rule sets the provider has chosen, and rules of one organisation, made ready and signed for devices',
        uses: { audit: 'choices are recorded', organizations: 'only the provider chooses for everybody' },
      },
      devices: {
        is: 'protected computers: enrolled, checked in, told what to do',
        uses: {
          audit: 'enrolment, requests and removal are recorded',
          organizations: 'a code names its organisation',
          policies: 'a device is told its policy',
          'rule-sets': 'and which rules it is to have',
          subscriptions: 'nothing is kept of a device that is not subscribed for',
        },
      },
      detections: {
        is: 'what was found on devices, and what was done with it',
        uses: {
          audit: 'what people do about them is recorded',
          organizations: 'follows what is told of an organisation',
          people: 'names who looks into something, and tells who may',
          policies: 'a false positive is let through for a time',
          devices: 'names them, and asks them to restore or delete',
          subscriptions: 'events are not kept where protection is not subscribed to',
        },
      },
      officers: {
        is: 'who can order emergency destruction, by public keys that each of them has signed',
        uses: {
          audit: 'who became one, and who signed, is recorded',
          organizations: 'only the provider has officers',
          people: 'names them, and counts whether there is a second person',
        },
      },
      contact: {
        is: 'people of the provider read what anybody has written to the controller',
        uses: {
          audit: 'who has read or erased a message is recorded',
          organizations: 'only the provider’s people read them',
        },
      },
      receivers: {
        is: 'where an organisation has its events sent',
        uses: {
          audit: 'who made or removed one is recorded',
          organizations: 'who did it, in one form',
          policies: 'tells what has been changed',
          devices: 'tells who went silent or without protection, and names them',
          detections: 'tells what was found, and what people did about it',
        },
      },
      contracts: {
        is: 'contracts with services: an organisation looks after those it owns, and administrators of the provider approve',
        uses: {
          audit: 'each step is recorded',
          organizations: 'names the owner, and tells who is the provider',
          people: 'who looks after services, at the moment a letter is written, and in which language',
        },
      },
      health: {
        is: 'how this Vartio itself is, for whoever runs it',
        uses: {
          organizations: 'only the provider may look',
          devices: 'versions of the agent, as counts of all companies',
        },
      },
      overview: {
        is: 'the answer to how things are, and what to do next',
        uses: {
          organizations: 'tells the provider apart, and counts those beneath that nobody administers',
          subscriptions: 'whether anything is collected of devices',
          people: 'counts who manages it',
          invitations: 'counts invitations that wait',
          devices: 'counts devices and those that need help',
          detections: 'counts what needs somebody',
          contact: 'counts messages that wait',
          contracts: 'counts what owners of services have sent to be approved, and what was declined',
          receivers: 'counts those that nothing comes through to',
          health: 'counts what is wrong with Vartio itself, for whoever runs it',
        },
      },
      partners: {
        is: 'the companies that somebody looks after, in one list, each for as long as it has outsourced',
        uses: {
          organizations: 'who has outsourced what, right now',
          people: 'what an activity opens, to whom',
          overview: 'how each of them stands',
          audit: 'whoever asks is a person',
        },
      },
      standards: {
        is: 'standard policies of a partner, pushed to many companies, each for as long as it has outsourced its policies',
        uses: {
          audit: 'what is made, changed, pushed and undone is recorded',
          organizations: 'who has outsourced what, right now, held while a company is worked on',
          people: 'what an activity opens, and whether whoever asked still may',
          policies: 'previews, pushes and takes back at the level of a company',
        },
      },
      reports: {
        is: 'what an organisation is told of each week or month, to whom and when; sent by mail and shown as a page',
        uses: {
          audit: 'changes and each letter are recorded',
          organizations: 'names the organisation',
          people: 'who may read it, at the moment it is sent, and in which language',
          subscriptions: 'seats, and how many are in use',
          policies: 'counts what was changed',
          devices: 'counts devices, and lists those that lack something',
          detections: 'counts what was found',
          overview: 'what needs somebody',
          partners: 'counts companies that are looked after',
        },
      },
      collected: {
        is: 'tells people of an organisation what is collected of them, why, for how long, and who sees it',
        uses: {
          organizations: 'who looks after it, and what each says of its own processing',
          subscriptions: 'whether anything of devices is collected',
        },
      },
      holds: {
        is: 'privacy officers of the provider decide what stays beyond its time',
        uses: {
          audit: 'each step is recorded',
          organizations: 'only the provider decides; names those in the list',
          people: 'names persons, and tells what identity calls them',
        },
      },
      requests: {
        is: 'privacy officers of the provider see the requests of persons and their deadlines, and give one more time',
        uses: { audit: 'that more time was given is recorded', organizations: 'only the provider’s officers do it' },
      },
      upstreams: {
        is: 'administrators of the provider say by whom else people may prove who they are',
        uses: { audit: 'each step is recorded', organizations: 'only the provider has upstreams' },
      },
      'technical-log': {
        is: 'looks into the technical log of identifications, each for a stated ground, and the record of them',
        uses: {
          audit: 'each look is recorded',
          organizations: 'only people of the provider look',
          people: 'names who has looked',
        },
      },
      commands: {
        is: 'commands of the terminal: who has confirmed one, and that one was used that asks nobody',
        uses: {
          audit: 'who confirmed is recorded, and each use',
          organizations: 'only people of the provider confirm',
          people: 'names them, and looks at their right again when what may be repeated is',
        },
      },
      staff: {
        is: 'who of the provider could do what, from when to when; identity keeps it as groups',
        uses: {
          audit: 'that it was handed out is recorded',
          organizations: 'only the provider has staff',
          people: 'tells who may do what from now on, and names them',
        },
      },
      'company-sign-in': {
        is: 'people of an organisation come into it by its own provider (OpenID Connect), with groups that give roles',
        uses: {
          audit: 'each step is recorded',
          organizations: 'what the organisation is called',
          people: 'who is a member, what groups give them, and who is told of a domain',
          sessions: 'lets them in, into that organisation alone',
        },
      },
      removals: {
        is: 'that a company is removed with everything that is tied to it: who decides, on which day, and that it is done',
        uses: {
          audit: 'each step stands in the logs of the company and of whoever added it',
          organizations: 'who has added the company, and the last of it in the tree',
          people: 'whom to write to, and that its people leave or are forgotten',
          subscriptions: 'end with the notice, come back with it, and begin the time when they end by themselves',
        },
      },
      declarations: {
        is: 'who of the provider vouches for a pledge that nothing else can show',
        uses: {
          audit: 'what is declared or taken back is recorded',
          organizations: 'only people of the provider declare',
          people: 'names who has declared',
        },
      },
      'api-keys': {
        is: 'keys with which an organisation’s own programs use the API, and what each may',
        uses: {
          audit: 'making and revoking is recorded, and whatever a key does',
          organizations: 'a key of another organisation is told that there is none',
          people: 'what an own role lets a key do, and that nobody gives a key more than they have',
        },
      },
      bookkeeping: {
        is: 'what accounting law wants kept, also where emergency destruction does not reach',
        uses: {
          audit: 'what is entered or handed out is recorded',
          organizations: 'only the provider keeps books here',
        },
      },
    },
  },
  privacy: {
    is: 'the privacy office: shows that what is promised is kept',
    port: 2,
    host: 'privacy.localhost',
    areas: {
      transparency: { is: 'a public log that only grows, with receipts that anybody can check', uses: {} },
      requests: {
        is: 'the requests of persons about their rights, until every program has carried them out',
        uses: { transparency: 'that somebody was forgotten is an entry, and its receipt is theirs' },
      },
      holds: { is: 'data that stays beyond its time: who decided it, why, and until when', uses: {} },
      pledges: {
        is: 'each sentence of the notice, what keeps it, and its latest figure',
        uses: { transparency: 'each epoch of a key store is an entry' },
      },
      notices: {
        is: 'the privacy notice, made of what the programs say they hold',
        uses: { pledges: 'prints only the sentences that are kept now' },
      },
      contact: {
        is: 'messages of anybody to the controller, who need not say who they are',
        uses: { notices: 'the address to write to while no more messages can be taken' },
      },
    },
  },
  cloud: {
    is: 'what is dangerous; holds no person, company or device, and cannot know who asks',
    port: 3,
    host: 'cloud.localhost',
    areas: {
      gate: { is: 'what the Cloud lets in, and the page that says what it is', uses: {} },
      verdicts: { is: 'what is known of a content, by the front of its SHA-256', uses: {} },
      filter: {
        is: 'the signed filter of known bad that devices have, and what leads to the newest',
        uses: { verdicts: 'every content that is malicious' },
      },
      lists: {
        is: 'bringing lists of others into the store',
        uses: { verdicts: 'what was imported becomes a part of the store' },
      },
      samples: {
        is: 'content that nobody knows, looked into where it can do no harm',
        uses: { verdicts: 'what is found to be malicious becomes a part of the store' },
      },
    },
  },
} as const satisfies Record<string, Program>

/**
 * What runs on a device: no server, no port, no database. It stands on base and engine alone; of the portal it knows the types of what is said
 * between them (`api.ts`), which are gone when it runs.
 */
export const devicePrograms = {
  agent: {
    is: 'protects one device',
    areas: {
      kernel: { is: 'calls of Linux that Node has none for, and no policy', uses: {} },
      scanner: {
        is: 'processes that look into files and can do nothing else',
        uses: { kernel: 'gives up network, user and files; takes descriptors' },
      },
      quarantine: {
        is: 'dangerous files, sealed, and their way back',
        uses: { kernel: 'attributes, and names without following links' },
      },
      clamd: {
        is: 'the second engine, where ClamAV’s daemon is on the device',
        uses: { kernel: 'hands over an open file, and looks at who takes it' },
      },
      ransomware: { is: 'tells who rewrites files as an encryptor does', uses: { kernel: 'what a file was' } },
      guard: {
        is: 'decides over opens, and sees to what was written',
        uses: {
          kernel: 'fanotify',
          scanner: 'asks what is not known',
          quarantine: 'takes what is dangerous out of its place',
          clamd: 'asks it about what nobody waits for',
          ransomware: 'is told of every file that was written',
        },
      },
      place: { is: 'where the agent lies on a device, and as whom it runs', uses: {} },
      spool: { is: 'events that wait to be sent, on disk', uses: {} },
      journal: { is: 'what has been sent about this device, in clear words, for whoever uses it', uses: {} },
      cloud: {
        is: 'lists of the Security Cloud, and questions to it that do not say who asks',
        uses: { guard: 'the form of what it is told', journal: 'every question is written there' },
      },
      policy: { is: 'what the portal wants of this device, as far as an agent obeys it', uses: {} },
      isolation: {
        is: 'cuts the device off from the network but for its portal',
        uses: { kernel: 'speaks netlink' },
      },
      connection: {
        is: 'enrolment and signed calls to the portal',
        uses: { spool: 'sends what waits', journal: 'everything that leaves is written there' },
      },
      rules: { is: 'rule sets on their way from the portal to the scanners', uses: {} },
      local: {
        is: 'whoever uses the device asks the agent, and shows who they are',
        uses: { place: 'where the socket lies' },
      },
      page: {
        is: 'how the device is protected and what has been sent, as a page for one user',
        uses: { journal: 'its words for what was sent' },
      },
      install: {
        is: 'puts the agent onto a device, and takes it away again',
        uses: {
          place: 'where things go',
          journal: 'that it enrolled is written there',
          connection: 'enrols the device',
          isolation: 'nothing stays cut off when the agent is gone',
          ransomware: 'no canary stays when the agent is gone',
        },
      },
    },
  },
} as const satisfies Record<string, Omit<Program, 'port' | 'host'>>

/** Floors below the programs, lowest first: a floor may use those before it that it names. */
export const floors = {
  base: { folder: 'platform/base', uses: {} },
  engine: { folder: 'engine', uses: { base: 'errors, and signed notes for the lists' } },
  server: { folder: 'platform/server', uses: { base: 'settings, clock, log, errors, ids' } },
  supervisor: {
    folder: 'platform/supervisor',
    uses: { base: 'settings, log, errors', server: 'migrates a program before it starts it' },
  },
} as const satisfies Record<string, { folder: string; uses: Record<string, string> }>

/** Functions of areas that the supervisor asks in the database, before any program runs: past every door, so each has its reason. */
export const askedBySupervisor: Readonly<Record<string, string>> = {
  'transparency.newest_epochs': 'a key store that is older than the log says is refused before anything opens with it',
}

/** Which program may call which, and what for. A call, or a route that answers one, which is not here fails the check. */
export const calls: readonly { from: string; to: string; because: string }[] = [
  {
    from: 'portal',
    to: 'identity',
    because:
      'an administrator helps a person of the organisation to get in again; the provider’s staff are kept as groups; people come in by a company’s own provider; owners of services and staff make contracts, and staff choose upstreams; how it itself is',
  },
  {
    from: 'identity',
    to: 'portal',
    because:
      'the inbox page shows the mail of every program while no mail server is set; a session that ends at identity ends at the portal',
  },
  {
    from: 'portal',
    to: 'privacy',
    because:
      'roots of past days of the logs go into the transparency log, and so do a change of officers and each use of a command that asks nobody; privacy officers decide on holds, and look after requests; messages to the controller are read; which pledges somebody may declare; how it itself is',
  },
  {
    from: 'identity',
    to: 'privacy',
    because: 'a person asks on their account for what every program must do; identity alone knows who they are in each',
  },
  {
    from: 'privacy',
    to: 'identity',
    because:
      'describe, restrict, forget, export, prove; holds; and that a request is over or takes longer, since identity writes to the person',
  },
  {
    from: 'privacy',
    to: 'portal',
    because:
      'describe, restrict, forget, export, prove; holds; the controller for the notice; who has declared a pledge',
  },
  { from: 'portal', to: 'cloud', because: 'how it itself is, for whoever runs this Vartio' },
  { from: 'privacy', to: 'cloud', because: 'the Cloud proves what it keeps, and says what it holds for the register' },
  {
    from: 'privacy',
    to: 'privacy',
    because:
      'what the privacy office itself holds of somebody is described and copied as well, and it proves what it keeps',
  },
]

/** A program may read the schemas (zod) in another's api.ts, and nothing else of it. */
export const apiUses: readonly { from: string; to: string; because: string }[] = [
  { from: 'agent', to: 'portal', because: 'the types of what a device and the portal tell each other' },
  { from: 'portal', to: 'identity', because: 'the answers of the calls above' },
  {
    from: 'portal',
    to: 'privacy',
    because:
      'what an entry of the transparency log, a hold, a request of a person and a message to the controller may hold; pledges to declare',
  },
  {
    from: 'privacy',
    to: 'identity',
    because: 'who somebody of the portal is at identity, for a hold; what a person is told of their request',
  },
  { from: 'identity', to: 'privacy', because: 'requests, and how far they have come' },
  { from: 'privacy', to: 'portal', because: 'the controller, whom the notice names; who has declared a pledge' },
]

export type Cookie = {
  readonly name: string
  readonly program: keyof typeof programs
  readonly purpose: string
  readonly lifetime: string
}

/**
 * Every cookie there is (ID-103, ID-106, ID-107): tying a person to an event in progress, to its session, and keeping others out. Under TLS the
 * platform puts `__Host-` before the name.
 */
export const cookies: readonly Cookie[] = [
  {
    name: 'vartio-session',
    program: 'identity',
    purpose: 'ties the person to their session at identity',
    lifetime: 'until the session ends, 8 hours at most',
  },
  {
    name: 'vartio-event',
    program: 'identity',
    purpose: 'ties the browser to the identification under way, so that nobody else can carry it on',
    lifetime: 'until the identification ends, an hour at most',
  },
  {
    name: 'vartio-resume',
    program: 'identity',
    purpose: 'ties the browser to the identification when it comes back from a page of identity',
    lifetime: 'until the identification ends, an hour at most',
  },
  {
    name: 'vartio-held-session',
    program: 'identity',
    purpose: 'holds, sealed, the session of a person without an account, of which nothing is kept here',
    lifetime: 'until the session ends, 8 hours at most',
  },
  {
    name: 'vartio-held-event',
    program: 'identity',
    purpose: 'holds, sealed, who has just identified without an account, until their session begins or they break off',
    lifetime: 'until the identification ends, an hour at most',
  },
  {
    name: 'vartio-recovery',
    program: 'identity',
    purpose: 'ties the browser to the recovery whose link and code it brought',
    lifetime: 'until the recovery ends, an hour at most',
  },
  {
    name: 'vartio-inbox',
    program: 'identity',
    purpose: 'shows that the browser brought the key of the inbox page, which exists only while no mail server is set',
    lifetime: 'an hour',
  },
  {
    name: 'vartio-portal',
    program: 'portal',
    purpose: 'ties the person to their session in the portal',
    lifetime: 'until the session ends, 8 hours after the passkey was shown at most',
  },
  {
    name: 'vartio-sign-in',
    program: 'portal',
    purpose: 'ties the browser to the sign-in it began, so that nobody can finish another’s',
    lifetime: 'until the browser is back from identity',
  },
  {
    name: 'vartio-set-up',
    program: 'portal',
    purpose: 'ties the browser to the set-up it began',
    lifetime: 'until the set-up ends',
  },
  {
    name: 'vartio-invitation',
    program: 'portal',
    purpose: 'ties the browser to the invitation it is answering',
    lifetime: 'until the invitation is answered',
  },
]

/** Keys in local storage, session storage, IndexedDB or the cache of the browser: there are none, and there shall be none. */
export const storageKeys: readonly string[] = []
