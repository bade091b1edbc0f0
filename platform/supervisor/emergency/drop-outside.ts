import type { Settings } from '#base/settings'
import type { Kind } from '#server/migrate'

/** Keys first. */
const servers = [
  ['keys', 'VARTIO_KEYS_URL'],
  ['data', 'VARTIO_DATABASE_URL'],
] as const

/** As long as anybody waits for a server that may be down: the keys are gone already. */
const patienceMilliseconds = 10_000

/** Drops our databases on a server elsewhere. Answers, by place, what could not be dropped and what nobody here can reach. */
export async function dropOutside(settings: Settings): Promise<string[]> {
  const notReached: string[] = await destroyTokenRoots(settings)
  for (const [kind, setting] of servers) {
    const url = settings.text(setting)
    if (!url) continue
    const place = `the PostgreSQL of ${setting} on ${new URL(url).host}`
    try {
      await Promise.race([drop(url, kind), late()])
      notReached.push(`${place}: its own backups, replicas and snapshots (its databases were dropped)`)
    } catch (error) {
      // The driver's message names host and user, not the password.
      notReached.push(
        `${place}, with its backups, replicas and snapshots (${error instanceof Error ? error.message : error})`,
      )
    }
  }
  return notReached
}

/** Roots that are no files. Loaded only where there is a token, and last of the keys: its library is not ours and may hang. */
async function destroyTokenRoots(settings: Settings): Promise<string[]> {
  const module = settings.text('VARTIO_PKCS11_MODULE')
  if (module === undefined) return []
  try {
    const { openToken } = await import('#server/keys/pkcs11')
    const token = openToken({
      module,
      label: settings.text('VARTIO_PKCS11_TOKEN') ?? '',
      pin: settings.text('VARTIO_PKCS11_PIN') ?? '',
    })
    for (const label of token.labels()) if (label.startsWith('vartio ')) token.destroyKey(label)
    return []
  } catch (error) {
    return [`the roots in the token of VARTIO_PKCS11_MODULE (${error instanceof Error ? error.message : error})`]
  }
}

async function drop(url: string, kind: Kind): Promise<void> {
  // Loaded only where there is such a server: whoever destroys must not wait for what it does not need.
  const { outsideServer, withAdmin } = await import('../databases.ts')
  const { programs } = await import('../programs.ts')
  const { databaseName } = await import('#server/migrate')
  await withAdmin(outsideServer(url, kind), undefined, async (sql) => {
    for (const program of programs)
      await sql.unsafe(`drop database if exists "${databaseName(program, kind)}" with (force)`)
  })
}

function late(): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(
      () => reject(new Error(`no answer within ${patienceMilliseconds / 1_000} s`)),
      patienceMilliseconds,
    ).unref()
  })
}
