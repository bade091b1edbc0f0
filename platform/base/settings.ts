import { readFileSync } from 'node:fs'
import { AppError } from './errors.ts'

type Kind = 'text' | 'number' | 'url' | 'folder' | 'file' | 'choice' | 'sender'

type Setting = {
  readonly name: `VARTIO_${string}`
  readonly kind: Kind
  /** Empty means: not set, and `meaning` says what then happens. */
  readonly default: string
  readonly meaning: string
  /** A secret is never logged and may also be given as NAME_FILE, the path of a file that holds it. */
  readonly secret?: true
  readonly choices?: readonly string[]
  /** Of a URL: the only ways it may begin. */
  readonly schemes?: readonly string[]
  readonly least?: number
  readonly most?: number
}

/** Every setting there is. docs/settings.md is generated from this table and a check compares the two. */
export const settingTable = [
  {
    name: 'VARTIO_DATA',
    kind: 'folder',
    default: '',
    meaning:
      'The data folder. Not set: /var/lib/vartio when started as root, otherwise the folder data beside the code.',
  },
  {
    name: 'VARTIO_DEMO',
    kind: 'choice',
    default: '',
    choices: ['yes'],
    meaning:
      'Made-up organisations, devices and events, said on every page. `vartio start --demo` sets it, and takes a data folder of its own. Not set: none.',
  },
  {
    name: 'VARTIO_PORT',
    kind: 'number',
    default: '8480',
    least: 1024,
    most: 65_000,
    meaning:
      "The first of the programs' ports: identity listens on it, the portal, the privacy office and the Security Cloud on the next three.",
  },
  {
    name: 'VARTIO_IDENTITY_URL',
    kind: 'url',
    schemes: ['http', 'https'],
    default: '',
    meaning:
      'The public address of identity, without path. Its host is the passkeys’ home and can never change. Not set: http://id.localhost and the port.',
  },
  {
    name: 'VARTIO_PORTAL_URL',
    kind: 'url',
    schemes: ['http', 'https'],
    default: '',
    meaning: 'The public address of the portal, without path. Not set: http://portal.localhost and the port.',
  },
  {
    name: 'VARTIO_PRIVACY_URL',
    kind: 'url',
    schemes: ['http', 'https'],
    default: '',
    meaning:
      'The public address of the privacy office, without path. Its host names the transparency log from the first start on. Not set: http://privacy.localhost and the port.',
  },
  {
    name: 'VARTIO_CLOUD_URL',
    kind: 'url',
    schemes: ['http', 'https'],
    default: '',
    meaning:
      'The public address of the Security Cloud, without path. Devices ask it. Not set: http://cloud.localhost and the port.',
  },
  {
    name: 'VARTIO_CLOUD_PER_MINUTE',
    kind: 'number',
    default: '60000',
    least: 1_200,
    most: 10_000_000,
    meaning:
      'How many questions a minute the Security Cloud answers one address: behind one there may be a whole office. Addresses are counted in memory and written nowhere.',
  },
  {
    name: 'VARTIO_PROXY',
    kind: 'text',
    default: '',
    meaning:
      'Address or CIDR of the reverse proxy that ends TLS in front of Vartio; only its X-Forwarded headers are believed. Not set: none is.',
  },
  {
    name: 'VARTIO_LISTEN',
    kind: 'text',
    default: '',
    meaning:
      'Address to listen on. Anything but loopback is refused unless TLS or a proxy is set. Not set: 127.0.0.1, or all addresses with TLS.',
  },
  {
    name: 'VARTIO_TLS_CERTIFICATE_FILE',
    kind: 'file',
    default: '',
    meaning:
      'PEM file with the certificate chain, when Vartio itself ends TLS. Read again within a minute of a change.',
  },
  {
    name: 'VARTIO_TLS_KEY_FILE',
    kind: 'file',
    default: '',
    meaning: 'PEM file with the private key of that certificate.',
  },
  {
    name: 'VARTIO_DATABASE_URL',
    kind: 'url',
    schemes: ['postgres', 'postgresql'],
    default: '',
    secret: true,
    meaning:
      'An outside PostgreSQL 15 or newer, as an administrator who may create databases and roles. Not set: the embedded one.',
  },
  {
    name: 'VARTIO_KEYS_URL',
    kind: 'url',
    schemes: ['postgres', 'postgresql'],
    default: '',
    secret: true,
    meaning:
      'An outside PostgreSQL 15 or newer for the key store, as an administrator who may create databases and roles: another server than that of the data, with backups of its own. Not set: the embedded one.',
  },
  {
    name: 'VARTIO_PKCS11_MODULE',
    kind: 'text',
    default: '',
    meaning:
      'Path of the PKCS#11 library of a token that holds the roots. Programs then load native code, and Node’s permission model is no wall against that any more. Not set: roots are files.',
  },
  {
    name: 'VARTIO_PKCS11_TOKEN',
    kind: 'text',
    default: 'vartio',
    meaning: 'The label of that token.',
  },
  {
    name: 'VARTIO_PKCS11_PIN',
    kind: 'text',
    default: '',
    secret: true,
    meaning: 'The PIN of that token’s user.',
  },
  {
    name: 'VARTIO_SMTP_URL',
    kind: 'url',
    schemes: ['smtp', 'smtps'],
    default: '',
    secret: true,
    meaning:
      'Mail server, smtp://user:password@host:587 or smtps://… Not set: mail goes to the inbox page on this machine.',
  },
  {
    name: 'VARTIO_MAIL_FROM',
    kind: 'sender',
    default: 'Vartio <vartio@localhost>',
    meaning: 'The sender of our mail.',
  },
  {
    name: 'VARTIO_KEEP_MONTHS',
    kind: 'number',
    default: '4',
    least: 1,
    most: 8,
    meaning:
      'For how many months what there is of a company is kept once its subscription is over (RT-02); then the company is removed with everything that is tied to it. Companies see it.',
  },
  {
    name: 'VARTIO_RULE_MIRRORS',
    kind: 'text',
    default: '',
    meaning:
      'Hosts in your own network from which rule sets may be fetched, host or host:port, separated by commas. Any other address that leads into an own network is refused. Not set: none.',
  },
  {
    name: 'VARTIO_RECEIVERS',
    kind: 'text',
    default: '',
    meaning:
      'Hosts in your own network to which organisations may have their events sent, host or host:port, separated by commas. Any other address that leads into an own network is refused. Not set: none.',
  },
  {
    name: 'VARTIO_NAME_SERVERS',
    kind: 'text',
    default: '',
    meaning:
      'Name servers that are asked whether an organisation holds a mail domain, address or address:port, separated by commas. Not set: those of the machine.',
  },
  {
    name: 'VARTIO_LOG_LEVEL',
    kind: 'choice',
    default: 'info',
    choices: ['debug', 'info', 'warn', 'error'],
    meaning: 'How much the programs say on their logs.',
  },
  {
    name: 'VARTIO_PROGRAM_FOLDER',
    kind: 'folder',
    default: '',
    meaning: 'Set by the supervisor for each program: its private folder with its keys.',
  },
  {
    name: 'VARTIO_PUBLIC_FOLDER',
    kind: 'folder',
    default: '',
    meaning: 'Set by the supervisor for each program: the folder with every program’s public keys.',
  },
  {
    name: 'VARTIO_STATUTORY_FOLDER',
    kind: 'folder',
    default: '',
    meaning:
      'Set by the supervisor for the portal: where it writes bookkeeping records, which emergency destruction spares.',
  },
  {
    name: 'VARTIO_CODE_FOLDER',
    kind: 'folder',
    default: '',
    meaning: 'Set by the supervisor for each program: where Vartio lies for those who run its commands.',
  },
] as const satisfies readonly Setting[]

export type SettingName = (typeof settingTable)[number]['name']

/** Validated settings. A value that is not set and has no default is undefined. */
export type Settings = {
  text(name: SettingName): string | undefined
  number(name: SettingName): number
}

function invalid(name: string, why: string): AppError {
  return new AppError('settings.invalid', 500, `${name}: ${why}`)
}

function check(setting: Setting, value: string): void {
  switch (setting.kind) {
    case 'number': {
      const number = Number(value)
      if (!/^-?\d{1,15}$/.test(value)) throw invalid(setting.name, 'is not a whole number')
      if (number < (setting.least ?? 0) || number > (setting.most ?? Number.MAX_SAFE_INTEGER))
        throw invalid(setting.name, `must lie between ${setting.least} and ${setting.most}`)
      return
    }
    case 'url': {
      // The value is not repeated: the URL may carry a password.
      if (!URL.canParse(value)) throw invalid(setting.name, 'is not a URL')
      const url = new URL(value)
      const schemes = setting.schemes ?? []
      if (!schemes.includes(url.protocol.slice(0, -1)) || !/^[a-z]+:\/\//i.test(value))
        throw invalid(setting.name, `must begin with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`)
      // Addresses of ours are compared with what browsers send: an origin and nothing else.
      if (schemes.includes('https') && (url.pathname !== '/' || url.search || url.hash || url.username || url.password))
        throw invalid(setting.name, 'must be an address without path, query or password')
      return
    }
    case 'sender':
      if (!/^(?:[^<>\p{Cc}]{1,100} )?<?[^\s<>@,;]{1,64}@[^\s<>@,;]{1,255}>?$/u.test(value))
        throw invalid(setting.name, 'is not an address like "Vartio <vartio@example.fi>"')
      return
    case 'choice':
      if (!setting.choices?.includes(value))
        throw invalid(setting.name, `must be one of ${setting.choices?.join(', ')}`)
      return
    default:
  }
}

/** Reads and checks every setting at once, so that a mistake shows at the start and not at the first use. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const known = new Set<string>()
  const values = new Map<string, string>()
  for (const setting of settingTable as readonly Setting[]) {
    known.add(setting.name)
    let value = environment[setting.name]
    if (setting.secret) {
      known.add(`${setting.name}_FILE`)
      const file = environment[`${setting.name}_FILE`]
      if (file && value) throw invalid(setting.name, `is set, and ${setting.name}_FILE too; set one of them`)
      if (file) {
        try {
          value = readFileSync(file, 'utf8').trim()
        } catch (cause) {
          throw new AppError('settings.invalid', 500, `${setting.name}_FILE: the file cannot be read`, { cause })
        }
      }
    }
    value = value === undefined || value === '' ? setting.default : value
    if (value === '') continue
    check(setting, value)
    values.set(setting.name, value)
  }
  // A misspelt name would silently leave the default in force.
  const unknown = Object.keys(environment).find(
    (name) => name.startsWith('VARTIO_') && !known.has(name) && !name.startsWith('VARTIO_TEST_'),
  )
  if (unknown) throw invalid(unknown, 'there is no such setting (docs/settings.md lists them all)')
  return {
    text: (name) => values.get(name),
    number: (name) => Number(values.get(name)),
  }
}

/** docs/settings.md, whole. */
export function describeSettings(): string {
  const rows = (settingTable as readonly Setting[]).map((setting) => {
    const standard = setting.default === '' ? '–' : `\`${setting.default}\``
    const name = setting.secret ? `\`${setting.name}\`, \`${setting.name}_FILE\`` : `\`${setting.name}\``
    return `| ${name} | ${setting.kind} | ${standard} | ${setting.secret ? 'yes' : ''} | ${setting.meaning} |`
  })
  return [
    '# Settings',
    '',
    'Every setting is an environment variable. A secret can also be given as the path of a file that holds it (`…_FILE`).',
    'This page is generated from `platform/base/settings.ts` (`npm run check -- --write`).',
    '',
    '| name | kind | default | secret | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}
