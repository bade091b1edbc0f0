import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '#tests/until'
import { createDocuments } from './documents.ts'

test('homes whose server never answers keep nobody else from being looked after, and are waited for once', async () => {
  const asked: boolean[] = []
  const documents = createDocuments(
    (isNear) => {
      asked.push(isNear)
      return isNear ? ['/nowhere'] : new Promise(() => undefined)
    },
    () => -1,
  )
  const times = (isNear: boolean) => asked.filter((one) => one === isNear).length
  for (let round = 1; round <= 3; round += 1) {
    documents.keep()
    await until(() => times(true) === round)
  }
  assert.equal(times(false), 1)
})

test('what comes while folders are looked through is looked for afterwards', async () => {
  let times = 0
  let release: ((roots: string[]) => void) | undefined
  const documents = createDocuments(
    (isNear) => {
      if (!isNear) return []
      times += 1
      return new Promise((resolve) => {
        release = resolve
      })
    },
    () => -1,
  )
  documents.keep()
  documents.keep()
  documents.keep()
  assert.equal(times, 1)
  release?.([])
  await until(() => times === 2)
  release?.([])
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(times, 2)
})
