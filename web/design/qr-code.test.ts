import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import jsQR from 'jsqr'
import { qrCode } from './qr-code.ts'

/** Its types know it as a function, Node as what a module of the old kind exports. */
const decode = (jsQR as unknown as { readonly default: typeof jsQR }).default

/** As a camera sees it, read by somebody else's reader. */
function read(text: string): string | undefined {
  const { size, rows } = qrCode(text)
  const [scale, width] = [4, size * 4]
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255)
  for (let y = 0; y < width; y += 1)
    for (let x = 0; x < width; x += 1)
      if (rows[Math.floor(y / scale)]?.[Math.floor(x / scale)])
        pixels.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3)
  return decode(pixels, width, width)?.data
}

test('a link to enrol by is read from its picture as it was', () => {
  const code = fc.stringMatching(/^VARTIO-[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{22}$/)
  const origin = fc.constantFrom(
    'https://portal.example.fi',
    'http://portal.localhost:8481',
    'https://vartio.xn--pivl-loac.example:8443',
  )
  fc.assert(
    fc.property(origin, code, (portal, token) => {
      const link = `${portal}/device/add#${token}`
      assert.equal(read(link), link)
    }),
    { numRuns: 25 },
  )
})
