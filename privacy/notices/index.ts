import type { Language } from '#base/languages'
import type { Pledges } from '#privacy/pledges'
import type { Jobs } from '#server/jobs'
import type { Route } from '#server/routes'
import { noSuchVersion, notYet } from './errors.ts'
import { renderNotice } from './page.ts'
import { publish, readController, readVersion, type Uses } from './publish.ts'
import { routes } from './routes.ts'

export { cookieWords } from './texts.ts'

export type Notices = {
  /** Every hour by itself, and when somebody asks for the first one: a new version where anything has changed. */
  publish(): Promise<void>
  page(language: Language, day?: string): Promise<string>
  /** Where the controller can be written to; undefined before the set-up, and while nobody can say. */
  contactAddress(): Promise<string | undefined>
  readonly routes: readonly Route[]
}

export function createNotices(
  needs: Uses & { readonly jobs: Pick<Jobs, 'define'> },
  { pledges }: { pledges: Pick<Pledges, 'judge'> },
): Notices {
  needs.jobs.define('notices.publish', { purpose: 'proof', cron: '3 * * * *' }, () => publish(needs))
  const notices = {
    publish: () => publish(needs),
    async page(language, day) {
      let version = await readVersion(needs.database, language, day)
      if (!version && day !== undefined) throw noSuchVersion()
      if (!version) {
        await publish(needs)
        version = await readVersion(needs.database, language)
      }
      if (!version) throw notYet()
      return renderNotice(language, version, await pledges.judge())
    },
    contactAddress: () =>
      readController(needs.calls).then(
        (controller) => controller?.contactEmail,
        () => undefined,
      ),
  } satisfies Omit<Notices, 'routes'>
  return { ...notices, routes: routes(notices) }
}
