/** What each of the project's own test rules finds. Put together here, so that no file of the project is found itself. */
type TestFile = { rule: string; content: Buffer }

const mark = (end: string) => ['VARTIO', 'TEST', end].join('-')

export const testFiles = (): TestFile[] => [
  {
    rule: 'EICAR_Test_File',
    content: Buffer.from(
      ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', 'STANDARD', 'ANTIVIRUS', 'TEST', 'FILE!$H+H*'].join('-'),
    ),
  },
  { rule: 'Vartio_Test_Anywhere', content: Buffer.from(`Some text before ${mark('7C1E')} and after it.\n`) },
  {
    rule: 'Vartio_Test_Elf',
    content: Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(57), Buffer.from(mark('90B4'))]),
  },
  { rule: 'Vartio_Test_Pe', content: Buffer.concat([Buffer.from('MZ'), Buffer.alloc(62), Buffer.from(mark('A3D2'))]) },
  { rule: 'Vartio_Test_Script', content: Buffer.from(`#!/bin/sh\n# ${mark('5F68')}\n`) },
  { rule: 'Vartio_Test_Wide', content: Buffer.from(`Before ${mark('E21B')} after`, 'utf16le') },
]
