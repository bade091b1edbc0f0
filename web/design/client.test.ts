import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toProblem, withQuery } from './client.ts'

test('a problem carries its code and the fields it is about', () => {
  const problem = toProblem({ code: 'http.bad_request', fields: { email: 'invalid', count: 3 } }, 400)
  assert.equal(problem.code, 'http.bad_request')
  assert.deepEqual(problem.fields, { email: 'invalid' })
})

test('an answer that is not ours is never taken for one, whatever it holds', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (answer) => {
      const problem = toProblem(answer, 502)
      const own = typeof answer === 'object' && answer !== null && 'code' in answer ? answer.code : undefined
      assert.equal(problem.code, typeof own === 'string' ? own : 'web.strange_answer')
    }),
  )
})

test('what is not asked for is not in the address', () => {
  assert.equal(withQuery('/a', { search: '', cursor: undefined }), '/a')
  assert.equal(withQuery('/a', { search: 'Ää & co', cursor: 'x' }), '/a?search=%C3%84%C3%A4+%26+co&cursor=x')
})
