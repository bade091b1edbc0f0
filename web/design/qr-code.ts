import { encode } from 'uqr'

/** Four light modules on each side, or readers do not find it (ISO/IEC 18004). */
const quiet = 4

/** A text as dark and light squares. M still reads where a seventh of it is covered or worn, as on paper that hangs on a wall. */
export function qrCode(text: string): { readonly size: number; readonly rows: readonly (readonly boolean[])[] } {
  const { data, size } = encode(text, { ecc: 'M', border: quiet })
  return { size, rows: data }
}
