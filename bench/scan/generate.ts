import { hash } from 'node:crypto'

/** As many rules as asked for, of the shape that sets for malware families have: some patterns of code, mostly for Windows programs. */
export function writeRules(count: number): { name: string; text: string }[] {
  const rules = Array.from({ length: count }, (_, index) => writeRule(index))
  return [{ name: 'generated.yar', text: rules.join('\n') }]
}

function writeRule(index: number): string {
  const bytes = (part: number) => (hash('sha512', `${index} ${part}`).match(/../g) ?? []).slice(0, 40)
  const pattern = (part: number) =>
    bytes(part)
      // What a compiler may write differently is left open, as in rules made by hand.
      .map((byte, place) => (place % 9 === 7 ? '??' : byte))
      .join(' ')
  const magic = index % 100 < 90 ? 'uint16(0) == 0x5A4D and ' : index % 100 < 98 ? 'uint32(0) == 0x464C457F and ' : ''
  const names = [0, 1, 2, 3].map((part) => `$code_${part} = { ${pattern(part)} }`)
  return `rule Generated_${index} {
  strings:
    ${names.join('\n    ')}
    $text = "${hash('sha256', String(index)).slice(0, 16)}" ascii wide
  condition:
    ${magic}(all of ($code_*) or $text)
}`
}
