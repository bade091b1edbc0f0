import { readArchive } from './archive.ts'
import type { Container, Part } from './index.ts'

// bzip2 and xz pack one stream without a name, and libarchive reads only what it finds an archive in. Both formats are the same for one
// stream or several after each other, so a packed tar header goes before, which announces more bytes than there are, and a packed mark
// behind: what comes out between is the content, and the mark comes out only if nothing before it was damaged.

const wrappings = {
  xz: {
    before:
      '/Td6WFoAAAD/EtlBAgAhARwAAAAQz1jM4AH/ACtdADwAM1AYaImDAdzibg2iwv43NRoT05FSIBxwru4FJ0u8BZIKaPL3iDiHiQAAAAABP4AEAAAAYEb9CKgACvwCAAAAAABZWg==',
    behind:
      '/Td6WFoAAAD/EtlBAgAhARwAAAAQz1jM5AAPAHxdACsYSkdvXpic+jGWzFy7R6l1LBuRsRy/RkJe7o2sFMSQFu0QYZQxgvz4A33jZkQ3rSl7gZhQAqPkkFyrhkPLKonR1MmOuDlTF5q2go+ZKf8JsbwxA257B4fGo+tP63ziI1R7848v33aKGC+PJOFwnqcjX+woy4XKIdb/AAAAAAGQAZCAEABbA+T1qAAK/AIAAAAAAFla',
  },
  bzip2: {
    before:
      'QlpoOTFBWSZTWUDD54kAACBbgMiAQABVgAAA4AAeQAgAIABUU0yMTExBJNUPKMmj1F8DFOuZolymYh9NDgDLB1mMPbelC98u6vnxdyRThQkEDD54kA==',
    behind: 'QlpoOTFBWSZTWYI79RYACAzbgMAAQAEAEAEAJmGUAAAIIABQpgAAKlI0PSMTdrSAHPEkgErqs3rP3u2NavvBAH4u5IpwoSEEd+os',
  },
}

/** What is packed behind: this, then as many zeros as are read in one step, of which the last is lost with the error that ends it. */
const mark = 'Vartio: the end.'
const zeros = 262_144

export async function* readSingle(container: Container): AsyncGenerator<Part> {
  const { before, behind } = wrappings[container.type === 'xz' ? 'xz' : 'bzip2']
  const bytes = Buffer.concat([Buffer.from(before, 'base64'), container.bytes, Buffer.from(behind, 'base64')])
  let content: Buffer | undefined
  for await (const part of readArchive({ ...container, bytes })) {
    if ('bytes' in part) content = part.bytes
    else if (part.reason !== 'damaged') yield part
  }
  const end = content === undefined ? -1 : content.lastIndexOf(mark)
  const isWhole = content !== undefined && end >= content.length - mark.length - zeros
  if (content && (end > 0 || !isWhole)) yield { name: 'content', bytes: isWhole ? content.subarray(0, end) : content }
  if (!isWhole) yield { reason: 'damaged' }
}
