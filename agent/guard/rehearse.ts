import { randomBytes } from 'node:crypto'
import { closeFd, duplicate, holdFileSystemOf, look, makeMemoryFile, openProcess, signalProcess } from '#agent/kernel'
import { createRewriting } from '#agent/ransomware'

const rounds = 12
const noGroup = -1
const nobody = { sign: () => undefined, hurry: () => undefined }

/**
 * Everything that the first sign of an encryptor asks for, once before there is one, with files in memory and with ourselves: what runs for the first time is compiled
 * then, and that takes as long as an encryptor takes for fifty files.
 */
export function rehearse(): void {
  const rewriting = createRewriting()
  const letter = makeMemoryFile(Buffer.from('a line of a letter\n'.repeat(1_000)))
  const chance = makeMemoryFile(randomBytes(19_000))
  const [had, has] = [look(letter), look(chance)]
  for (let round = 0; had && has && round < rounds; round += 1) {
    const alarms = [
      rewriting.written(process.pid, chance, { ...has, bornAtMs: Date.now() }, nobody),
      rewriting.removed(process.pid, `letter-${round}`, true),
    ]
    rewriting.opening(process.pid, letter, had, false)
    alarms.push(rewriting.written(process.pid, chance, { ...has, key: had.key, bornAtMs: 0 }, nobody))
    for (const alarm of alarms) if (alarm) rewriting.sentence(alarm.actor, false)
  }
  holdFileSystemOf(noGroup, letter, true)
  closeFd(duplicate(letter))
  const ourselves = openProcess(process.pid)
  if (ourselves !== undefined) {
    signalProcess(ourselves, 0)
    closeFd(ourselves)
  }
  for (const fd of [letter, chance]) closeFd(fd)
}
