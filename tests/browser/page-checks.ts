import assert from 'node:assert/strict'
import axe from 'axe-core'
import type { BrowserContext, Page } from 'playwright-core'
import { cookies as cookieTable, storageKeys } from '#architecture'

/** What a browser holds after a step, against the tables: only listed cookies, each closed to scripts, and no storage. */
export async function checkKeeping(context: BrowserContext, personal: readonly string[]): Promise<void> {
  for (const cookie of await context.cookies()) {
    const program = cookie.domain.startsWith('id.') ? 'identity' : 'portal'
    const name = cookie.name.replace(/^__(Host|Secure)-/, '')
    assert.ok(
      cookieTable.some((listed) => listed.name === name && listed.program === program),
      `${cookie.domain} has set the cookie ${name}, which is not in the table of architecture.ts`,
    )
    assert.ok(cookie.httpOnly, `${name} can be read by scripts`)
    assert.notEqual(cookie.sameSite, 'None', `${name} is sent along from other sites`)
    // ID-82, ID-83: neither the person nor whoever gets at the device can read it.
    for (const reading of [cookie.value, decodeURIComponent(cookie.value), ...fromBase64(cookie.value)])
      for (const word of personal)
        assert.ok(!reading.toLowerCase().includes(word.toLowerCase()), `${name} can be read: it holds ${word}`)
  }
  for (const page of context.pages()) {
    if (!page.url().startsWith('http')) continue
    const kept = await page.evaluate(async () => ({
      local: Object.keys(localStorage),
      session: Object.keys(sessionStorage),
      databases: (await indexedDB.databases()).map(({ name }) => name ?? ''),
      caches: await caches.keys(),
      workers: (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope),
      scriptCookies: document.cookie,
    }))
    const keys = [...kept.local, ...kept.session, ...kept.databases, ...kept.caches, ...kept.workers]
    assert.deepEqual(
      keys.filter((key) => !storageKeys.includes(key)),
      [],
      `${page.url()} keeps something in the browser`,
    )
    assert.equal(kept.scriptCookies, '', 'a script can read a cookie')
  }
}

function fromBase64(value: string): string[] {
  return value
    .split(/[.~]/)
    .filter((part) => part.length > 8)
    .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
}

/** The same page in dark differs in its colours alone, and these are the rules about colours: the others have been asked in light. */
const rulesOf = {
  light: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  dark: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
} as const satisfies Record<string, readonly string[] | axe.RunOnly>

/** What axe finds on the page as it stands, in light and in dark: each rule, and the elements it names. */
export async function findAxeFaults(page: Page): Promise<string[]> {
  const faults: string[] = []
  // Evaluated over the DevTools protocol: the page's own CSP stays in force for the page.
  await page.evaluate(axe.source)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const found = await page.evaluate(async (runOnly) => {
      const run = (globalThis as unknown as { axe: typeof axe }).axe.run
      const { violations } = await run(document, { runOnly } as axe.RunOptions)
      return violations.map(({ id, nodes }) => ({
        id,
        where: nodes.map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary ?? ''}`),
      }))
    }, rulesOf[colorScheme])
    for (const { id, where } of found) faults.push(`${id} (${colorScheme}) at ${where.join('; ')}`)
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  return faults
}
