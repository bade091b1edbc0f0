import type { Container, Part } from './index.ts'

/** Files in an RTF are rows of hexadecimal digits behind `\\objdata`, into which readers let anybody write spaces, groups and commands. */
export function* readRtf({ bytes, budget }: Container): Generator<Part> {
  const text = bytes.toString('latin1')
  let number = 0
  for (let at = text.indexOf('\\objdata'); at !== -1; at = text.indexOf('\\objdata', at + 8)) {
    const name = `object ${++number}`
    const content = readObject(text, at + 8)
    const reason = budget.takeEntry() ?? budget.takeBytes(content.length)
    if (content.length > 0) yield { name, bytes: content }
    if (reason) {
      yield { name, reason }
      return
    }
  }
}

/** To the end of the group it stands in. */
function readObject(text: string, start: number): Buffer {
  let depth = 0
  let end = start
  for (; end < text.length; end++) {
    if (text[end] === '{') depth += 1
    else if (text[end] === '}' && --depth < 0) break
  }
  const digits = text
    .slice(start, end)
    .replace(/\\[a-z]+-?\d* ?|\\[^a-z]/gi, '')
    .replace(/[^0-9a-f]/gi, '')
  return Buffer.from(digits, 'hex')
}
