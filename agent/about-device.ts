import { existsSync, readFileSync } from 'node:fs'
import { arch, hostname, release } from 'node:os'
import { join } from 'node:path'
import type { About } from '#agent/connection'
import { chooseLanguage, type Language } from '#base/languages'

/** What a device says of itself: its name, system and language. Nobody's name, no address, no serial number, no list of anything (EP-02, EP-04). */
export function aboutDevice(version: string): About {
  return {
    name: (hostname() || 'unnamed').slice(0, 255),
    os: operatingSystem(),
    agentVersion: agentVersion(version),
    language: deviceLanguage(),
  }
}

const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '')

function value(text: string, name: string): string | undefined {
  return new RegExp(`^(?:export )?${name}=["']?([^"'\\n]{1,100})["']?$`, 'm').exec(text)?.[1]
}

function operatingSystem(): About['os'] {
  const text = read('/etc/os-release')
  return {
    name: value(text, 'NAME') ?? 'Linux',
    version: value(text, 'VERSION_ID') ?? 'unknown',
    kernel: release().slice(0, 100),
    architecture: arch(),
  }
}

/** EP-35: the language of the machine, not of a person. */
export function deviceLanguage(): Language {
  const locale = value(read('/etc/default/locale'), 'LANG') ?? value(read('/etc/locale.conf'), 'LANG') ?? ''
  return chooseLanguage(locale.split(/[_.]/)[0])
}

const agentVersion = (version: string) =>
  (JSON.parse(readFileSync(join(version, 'package.json'), 'utf8')) as { version: string }).version
