import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newId } from '#base/ids'
import { type Action, createActions } from './actions.ts'

const folders: string[] = []
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-actions-'))
  folders.push(folder)
  return folder
}
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

const release = (): Action => ({ actionId: newId(), kind: 'release' })

test('an action that is given again and again is done once, and told until it has been taken', async () => {
  const done: string[] = []
  const folder = newFolder()
  const perform = async ({ actionId }: Action) => {
    done.push(actionId)
    return { state: 'done' } as const
  }
  const actions = createActions(folder, perform, () => undefined)
  const one = release()
  actions.take([one, one])
  actions.take([one])
  await actions.idle()
  assert.deepEqual(done, [one.actionId])
  assert.equal(actions.untold().length, 1)
  actions.told(one.actionId)
  assert.equal(actions.untold().length, 0)
  // Given again: our answer was lost on the way.
  actions.take([one])
  await actions.idle()
  assert.equal(actions.untold()[0]?.result.state, 'done')
  const again = createActions(folder, perform, () => undefined)
  again.take([one])
  await again.idle()
  assert.deepEqual(done, [one.actionId])
})

test('what was being done when the agent died is not begun again, and the portal is told that it failed', async () => {
  const folder = newFolder()
  const one = release()
  let begun = 0
  createActions(
    folder,
    () => new Promise(() => (begun += 1)),
    () => undefined,
  ).take([one])
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(begun, 1)
  const after = createActions(
    folder,
    () => Promise.reject(new Error('never')),
    () => undefined,
  )
  after.take([one])
  await after.idle()
  assert.deepEqual(
    after.untold().map(({ result }) => result),
    [{ state: 'failed', why: 'interrupted' }],
  )
})

test('an action that fails says why by a word, and the next one is done all the same', async () => {
  const [first, second] = [release(), release()]
  const actions = createActions(
    newFolder(),
    ({ actionId }) =>
      actionId === first.actionId
        ? Promise.reject(Object.assign(new Error('a path of somebody'), { code: 'ENOENT' }))
        : Promise.resolve({ state: 'done' }),
    () => undefined,
  )
  actions.take([first, second])
  await actions.idle()
  assert.deepEqual(
    actions.untold().map(({ result }) => result),
    [{ state: 'failed', why: 'enoent' }, { state: 'done' }],
  )
})

test('what a collected file held is forgotten once it has been told', async () => {
  const one: Action = { actionId: newId(), kind: 'collect-file', path: '/a', reason: 'b' }
  const folder = newFolder()
  const actions = createActions(
    folder,
    async () => ({ state: 'done', result: { bytes: 3, content: 'YWJj' } }),
    () => undefined,
  )
  actions.take([one])
  await actions.idle()
  assert.equal(actions.untold()[0]?.result.result?.content, 'YWJj')
  actions.told(one.actionId)
  actions.take([one])
  assert.deepEqual(actions.untold()[0]?.result.result, { bytes: 3 })
})

test('many actions are remembered no longer than it takes to know them again', async () => {
  const folder = newFolder()
  const open = () =>
    createActions(
      folder,
      async () => ({ state: 'done' }),
      () => undefined,
      10,
    )
  const actions = open()
  const all = Array.from({ length: 30 }, release)
  for (const one of all) {
    actions.take([one])
    await actions.idle()
    actions.told(one.actionId)
  }
  assert.ok(JSON.parse(readFileSync(join(folder, 'actions.json'), 'utf8')).length <= 11)
  const again = open()
  again.take(all.slice(-5))
  await again.idle()
  // Known: told again, and not done again.
  assert.equal(again.untold().length, 5)
})
