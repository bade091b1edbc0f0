import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const chromiumPath = '/usr/bin/chromium'

/**
 * A real Chromium, always as an ordinary user: a browser of root would neither have its sandbox nor be anybody's browser. Started as
 * root, a launcher gives the profile's folder to `nobody` and becomes that user.
 */
export async function startBrowser(): Promise<{ browser: Browser; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-browser-'))
  // What a person downloads is written by the browser, as whoever it runs as.
  const downloadsPath = join(folder, 'downloads')
  mkdirSync(downloadsPath)
  chmodSync(downloadsPath, 0o1777)
  let executablePath = chromiumPath
  if (process.getuid?.() === 0) {
    executablePath = join(folder, 'chromium')
    const home = join(folder, 'home')
    const nobody = (kind: '-u' | '-g') => execFileSync('id', [kind, 'nobody'], { encoding: 'utf8' }).trim()
    const [user, group] = [nobody('-u'), nobody('-g')]
    chmodSync(folder, 0o755)
    writeFileSync(
      executablePath,
      [
        '#!/bin/sh',
        'set -eu',
        'for option in "$@"; do',
        `  case $option in --user-data-dir=*) chown -R ${user}:${group} "\${option#*=}" ;; esac`,
        'done',
        `install -d -m 0700 -o ${user} -g ${group} ${home}`,
        `exec setpriv --reuid=${user} --regid=${group} --clear-groups --inh-caps=-all env -i PATH=/usr/bin:/bin LANG=C.UTF-8 HOME=${home} ${chromiumPath} "$@"`,
        '',
      ].join('\n'),
      { mode: 0o755 },
    )
  }
  const browser = await chromium.launch({
    executablePath,
    downloadsPath,
    chromiumSandbox: false,
    args: ['--disable-gpu', '--force-color-profile=srgb', '--disable-dev-shm-usage'],
  })
  return {
    browser,
    async stop() {
      await browser.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
