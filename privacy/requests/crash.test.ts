import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { readLogProof } from '#base/log-proof'
import { Browser } from '#tests/browser'
import { createHouse } from '#tests/house'
import { until } from '#tests/until'
import { startVartio } from '#tests/vartio'

// A deletion goes through three programs. Whichever dies, whenever: it comes to its end, once.

const vartio = await startVartio()
after(() => vartio.stop())
const house = createHouse(vartio)
const aino = await house.setUp({ name: 'Aino Korhonen', email: 'aino@paja.example' })

const kill = (program: string) => {
  const marks = JSON.parse(readFileSync(join(vartio.folder, 'running.json'), 'utf8')) as Record<string, { pid: number }>
  process.kill(marks[program]?.pid as number, 'SIGKILL')
}

/** Undefined: whoever is asked is not back yet. */
const get = (address: string) =>
  new Browser(house.privacy).ask('GET', address).then(
    (answer) => (answer.status === 200 ? answer : undefined),
    () => undefined,
  )

let number = 0
for (const program of ['portal', 'identity', 'privacy'])
  for (const milliseconds of [0, 25])
    test(`${program} dies ${milliseconds} ms after a deletion has begun, which comes to its end, once`, async () => {
      number += 1
      const person = { name: `Poistuva ${number}`, email: `poistuva${number}@paja.example` }
      const guest = await house.invite(aino, person, ['viewer'])
      const begun = await guest.account('POST', '/forget', { typed: person.email })
      assert.equal(begun.status, 200, begun.body)
      await pause(milliseconds)
      kill(program)
      const { next } = begun.json
      await until(async () => /have been deleted/.test((await get(next))?.body ?? ''), 60_000)
      const receipt = await until(() => get(`${next}/file`))
      const entry = JSON.parse(String(readLogProof(receipt.body).extra)) as { kind: string; erased: number }
      assert.equal(entry.kind, 'account-forgotten')
      assert.ok(entry.erased > 10, `${entry.erased} rows were erased`)
      await until(async () => {
        const people = await aino
          .portal('GET', `/api/organizations/${aino.organizationId}/people`)
          .catch(() => undefined)
        return people?.status === 200 && !people.body.includes(person.name)
      })
      // One last letter, however often the call that writes it was made.
      const letters = await until(() => house.letters(person.email).catch(() => undefined))
      assert.equal(letters.filter((text) => /has been deleted|on poistettu/.test(text)).length, 1)
    })
