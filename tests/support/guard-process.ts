import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type GuardOptions, startGuard } from '#agent/guard'
import type { CanaryFolder } from '#agent/ransomware'
import { ensureAccount, isRoot } from '#base/users'

// A guard as a process of its own, driven over the channel of Node: the kernel kills a guard that hangs, and must not take the test with it.

const { documents, canaries, ...options } = JSON.parse(process.argv[2] ?? '') as GivenOptions
type GivenOptions = Omit<GuardOptions, 'documents' | 'canaries'> & {
  documents?: readonly string[]
  canaries?: readonly CanaryFolder[]
}

// A clone in a folder that is only root's: there the scanner has to be root, and its other walls stand.
const isOpen = (folder: string): boolean =>
  (statSync(folder).mode & 0o001) !== 0 && (folder === '/' || isOpen(dirname(folder)))
const isOwnUser = process.argv[3] === 'own-user' || isOpen(import.meta.dirname)
const account = isRoot() && isOwnUser ? ensureAccount('vartio-scanner', 'vartio-agent') : undefined
const send = (message: object) => process.send?.(message)

const guard = await startGuard(
  {
    ...options,
    documents: (isNear) => (isNear ? (documents ?? []) : []),
    canaries: () => canaries ?? [],
    ...(account ? { scannerAccount: account } : {}),
  },
  (event) => void send({ event }),
  (state) => void send({ state }),
)
void guard.caughtUp.then(() => send({ caughtUp: true }))
send({ started: true })

type Call = {
  call: number
  name: 'scan' | 'restore' | 'remove' | 'quarantined' | 'apply' | 'settled' | 'programsSeen' | 'useRules' | 'close'
  arguments: unknown[]
}

process.on('message', (message: Call) => {
  const act = guard[message.name] as (...given: unknown[]) => unknown
  Promise.resolve()
    .then(() => act(...message.arguments))
    .then(
      (result) => send({ call: message.call, result }),
      (error: Error & { code?: string }) => send({ call: message.call, error: error.code ?? error.message }),
    )
    .then(() => message.name === 'close' && process.disconnect())
})
