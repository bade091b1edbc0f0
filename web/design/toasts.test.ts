import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import i18next from 'i18next'
import { en } from '../texts/en.ts'
import { ApiProblem } from './client.ts'
import { offerUndo, tell, toasts } from './toasts.ts'

await i18next.init({ lng: 'en', resources: { en: { translation: en } } })

const settled = () => new Promise((resolve) => setImmediate(resolve))
/** A change that can be undone, and what became of it. */
function change(outcome: () => Promise<unknown> = async () => undefined) {
  const done: string[] = []
  const commit = () => {
    done.push('commit')
    return outcome()
  }
  offerUndo({ text: 'Withdrawn', commit, revert: () => done.push('revert') })
  return done
}

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }))
afterEach(() => {
  for (const toast of toasts.read()) toasts.close(toast.id)
  mock.timers.reset()
})

test('a change is carried out once its time to be undone is over', () => {
  const done = change()
  mock.timers.tick(8_000)
  assert.deepEqual(done, [])
  mock.timers.tick(2_000)
  assert.deepEqual(done, ['commit'])
  assert.equal(toasts.read().length, 0)
})

test('what was undone is never carried out', () => {
  const done = change()
  toasts.undoLast()
  mock.timers.tick(60_000)
  assert.deepEqual(done, ['revert'])
})

test('the clock stands while somebody is on the message, and begins anew after', () => {
  const done = change()
  mock.timers.tick(8_000)
  toasts.hold()
  mock.timers.tick(60_000)
  assert.deepEqual(done, [])
  toasts.resume()
  mock.timers.tick(10_000)
  assert.deepEqual(done, ['commit'])
})

test('a message that vanishes under the pointer does not hold the others for ever', () => {
  const first = change()
  change()
  toasts.hold()
  toasts.undoLast()
  mock.timers.tick(10_000)
  assert.deepEqual(first, ['commit'])
})

test('what the server refuses is put back and said', async () => {
  const done = change(() => Promise.reject(new ApiProblem('invitations.invitation_not_found', 404, {})))
  mock.timers.tick(10_000)
  await settled()
  assert.deepEqual(done, ['commit', 'revert'])
  const [said] = toasts.read()
  assert.equal(said?.isProblem, true)
  assert.equal(said?.text, en.problems.invitations.invitation_not_found)
})

test('undoing takes back the last change that can be undone, not the last message', () => {
  const first = change()
  const second = change()
  tell('Saved.')
  toasts.undoLast()
  assert.deepEqual([first, second], [[], ['revert']])
})
