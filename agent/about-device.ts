import { readFileSync } from 'node:fs'
import { arch, hostname, release } from 'node:os'
import { join } from 'node:path'
import type { About } from '#agent/connection'
import { chooseLanguage, type Language } from '#base/languages'
import { machineLocale, osRelease } from '#base/this-machine'

/** What a device says of itself from the beginning: its name, system and language. Who uses it is told later, and not everywhere (who-uses.ts). */
export function aboutDevice(version: string): About {
  return {
    name: (hostname() || 'unnamed').slice(0, 255),
    os: operatingSystem(),
    agentVersion: agentVersion(version),
    language: deviceLanguage(),
  }
}

function operatingSystem(): About['os'] {
  return {
    name: osRelease('NAME') ?? 'Linux',
    version: osRelease('VERSION_ID') ?? 'unknown',
    kernel: release().slice(0, 100),
    architecture: arch(),
  }
}

/** EP-35: the language of the machine, not of a person. */
export const deviceLanguage = (): Language => chooseLanguage(machineLocale().split(/[_.]/)[0])

const agentVersion = (version: string) =>
  (JSON.parse(readFileSync(join(version, 'package.json'), 'utf8')) as { version: string }).version
