import type { Tree, Violation } from '../../tools/tree.ts'

const manifest = JSON.stringify({
  scripts: { start: '', test: '' },
  imports: {
    '#architecture': './architecture.ts',
    '#base/*': './platform/base/*.ts',
    '#server/*': './platform/server/*.ts',
    '#supervisor/*': './platform/supervisor/*.ts',
    '#identity/*/api': './identity/*/api.ts',
    '#identity/*': './identity/*/index.ts',
    '#portal/*/api': './portal/*/api.ts',
    '#portal/*': './portal/*/index.ts',
    '#tests/*': './tests/support/*.ts',
  },
  dependencies: { zod: '1.0.0', fastify: '1.0.0' },
})

/** A small house in which everything is right; `planted` puts one wrong thing into it. */
export function plant(planted: Record<string, string> = {}): Tree {
  return new Map(
    Object.entries({
      'package.json': manifest,
      'architecture.ts': '',
      'platform/base/log.ts': '',
      'platform/server/routes.ts': "import type { Log } from '#base/log'\n",
      'identity/people/index.ts': "import { z } from 'zod'\nimport { route } from '#server/routes'\n",
      'identity/people/find.ts': '',
      'identity/people/api.ts': "import { z } from 'zod'\n",
      'identity/passkeys/index.ts': "import { createPeople } from '#identity/people'\n",
      'portal/audit/index.ts': '',
      'portal/audit/api.ts': "import { z } from 'zod'\n",
      'portal/people/index.ts': "import { record } from '#portal/audit'\n",
      'web/portal/main.tsx': "import { answer } from '#portal/audit/api'\n",
      'web/design/button.tsx': '',
      ...planted,
    }),
  )
}

/** What was found, as `path rule`, so that a test says exactly what it expects and nothing more. */
export const found = (violations: readonly Violation[]) => violations.map(({ path, rule }) => `${path} ${rule}`)
