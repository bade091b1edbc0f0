import { crc32, deflateRawSync } from 'node:zlib'

// A ZIP file as every desktop opens it (PKWARE APPNOTE 6.3.10, without its 64-bit and encryption parts), written in memory.

export type ZipEntry = { readonly name: string; readonly content: Buffer }

const mostEntries = 65_535
const mostBytes = 0xffff_ffff
/** Version 2.0: deflate. */
const version = 20
/** Bit 11: names are UTF-8. */
const flags = 0x0800
const deflated = 8

/** MS-DOS time: two seconds a step, without a zone; years from 1980. */
function dosTime(at: Date): { time: number; date: number } {
  const year = Math.min(Math.max(at.getUTCFullYear(), 1980), 2107)
  return {
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
    date: ((year - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
  }
}

export function writeZip(entries: readonly ZipEntry[], at: Date): Buffer {
  if (entries.length > mostEntries) throw new Error('more files than a ZIP file holds')
  const { time, date } = dosTime(at)
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content } of entries) {
    const path = Buffer.from(name, 'utf8')
    const packed = deflateRawSync(content)
    // What both headers of a file say of it.
    const about = Buffer.alloc(26)
    about.writeUInt16LE(version, 0)
    about.writeUInt16LE(flags, 2)
    about.writeUInt16LE(deflated, 4)
    about.writeUInt16LE(time, 6)
    about.writeUInt16LE(date, 8)
    about.writeUInt32LE(crc32(content), 10)
    about.writeUInt32LE(packed.length, 14)
    about.writeUInt32LE(content.length, 18)
    about.writeUInt16LE(path.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), about, path])
    const central = Buffer.alloc(14)
    central.writeUInt32LE(offset, 10)
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), Buffer.from([version, 0]), about, central, path]),
    )
    bodies.push(local, packed)
    offset += local.length + packed.length
    if (offset > mostBytes) throw new Error('more bytes than a ZIP file holds')
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, list, end])
}
