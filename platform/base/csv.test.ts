import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { csvCell, csvLine } from './csv.ts'

/** As RFC 4180 says a line is read, apart from how it is written. */
function readLine(line: string): string[] {
  const cells: string[] = []
  let [at, cell] = [0, '']
  for (; at < line.length; at += 1) {
    if (line[at] === '"') {
      for (at += 1; at < line.length && (line[at] !== '"' || line[at + 1] === '"'); at += 1) {
        if (line[at] === '"') at += 1
        cell += line[at]
      }
    } else if (line[at] === ',' || line.startsWith('\r\n', at)) {
      cells.push(cell)
      cell = ''
      if (line[at] !== ',') at += 1
    } else cell += line[at]
  }
  return cells
}

test('no cell begins as a formula does, and each is read back as what it was, or as that with an apostrophe before it (CSV injection)', () => {
  const formula = fc
    .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n'), fc.string())
    .map((both) => both.join(''))
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), formula), { minLength: 1, maxLength: 8 }), (cells) => {
      const read = readLine(csvLine(cells))
      assert.equal(read.length, cells.length)
      read.forEach((cell, at) => {
        assert.doesNotMatch(cell, /^[=+\-@\t\r\n]/)
        assert.ok(cell === cells[at] || cell === `'${cells[at]}`)
      })
    }),
  )
  assert.equal(csvCell('=HYPERLINK("http://evil.example")'), `"'=HYPERLINK(""http://evil.example"")"`)
  // A number that is below nothing is one.
  assert.equal(csvCell(-3), '-3')
})
