import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalForm, expressionsOf, hashesOf, readAddress } from '#engine/addresses'

// The examples that developers.google.com/safe-browsing/v4/urls-hashing gives, all of them.
const published: readonly [string | Buffer, string][] = [
  ['http://host/%25%32%35', 'http://host/%25'],
  ['http://host/%25%32%35%25%32%35', 'http://host/%25%25'],
  ['http://host/%2525252525252525', 'http://host/%25'],
  ['http://host/asdf%25%32%35asd', 'http://host/asdf%25asd'],
  ['http://host/%%%25%32%35asd%%', 'http://host/%25%25%25asd%25%25'],
  ['http://www.google.com/', 'http://www.google.com/'],
  [
    'http://%31%36%38%2e%31%38%38%2e%39%39%2e%32%36/%2E%73%65%63%75%72%65/%77%77%77%2E%65%62%61%79%2E%63%6F%6D/',
    'http://168.188.99.26/.secure/www.ebay.com/',
  ],
  [
    'http://195.127.0.11/uploads/%20%20%20%20/.verify/.eBaysecure=updateuserdataxplimnbqmn-xplmvalidateinfoswqpcmlx=hgplmcx/',
    'http://195.127.0.11/uploads/%20%20%20%20/.verify/.eBaysecure=updateuserdataxplimnbqmn-xplmvalidateinfoswqpcmlx=hgplmcx/',
  ],
  [
    'http://host%23.com/%257Ea%2521b%2540c%2523d%2524e%25f%255E00%252611%252A22%252833%252944_55%252B',
    'http://host%23.com/~a!b@c%23d$e%25f^00&11*22(33)44_55+',
  ],
  ['http://3279880203/blah', 'http://195.127.0.11/blah'],
  ['http://www.google.com/blah/..', 'http://www.google.com/'],
  ['www.google.com/', 'http://www.google.com/'],
  ['www.google.com', 'http://www.google.com/'],
  ['http://www.evil.com/blah#frag', 'http://www.evil.com/blah'],
  ['http://www.GOOgle.com/', 'http://www.google.com/'],
  ['http://www.google.com.../', 'http://www.google.com/'],
  ['http://www.google.com/foo\tbar\rbaz\n2', 'http://www.google.com/foobarbaz2'],
  ['http://www.google.com/q?', 'http://www.google.com/q?'],
  ['http://www.google.com/q?r?', 'http://www.google.com/q?r?'],
  ['http://www.google.com/q?r?s', 'http://www.google.com/q?r?s'],
  ['http://evil.com/foo#bar#baz', 'http://evil.com/foo'],
  ['http://evil.com/foo;', 'http://evil.com/foo;'],
  ['http://evil.com/foo?bar;', 'http://evil.com/foo?bar;'],
  [Buffer.from('http://\x01\x80.com/', 'latin1'), 'http://%01%80.com/'],
  ['http://notrailingslash.com', 'http://notrailingslash.com/'],
  ['http://www.gotaport.com:1234/', 'http://www.gotaport.com/'],
  ['  http://www.google.com/  ', 'http://www.google.com/'],
  ['http:// leadingspace.com/', 'http://%20leadingspace.com/'],
  ['http://%20leadingspace.com/', 'http://%20leadingspace.com/'],
  ['%20leadingspace.com/', 'http://%20leadingspace.com/'],
  ['https://www.securesite.com/', 'https://www.securesite.com/'],
  ['http://host.com/ab%23cd', 'http://host.com/ab%23cd'],
  ['http://host.com//twoslashes?more//slashes', 'http://host.com/twoslashes?more//slashes'],
  // Of the later version of the same page.
  ['http://[2001:0db8:0000::1]/', 'http://[2001:db8::1]/'],
  ['http://[::ffff:1.2.3.4]/', 'http://1.2.3.4/'],
  ['http://[64:ff9b::1.2.3.4]/', 'http://1.2.3.4/'],
]

test('every published example has its canonical form', () => {
  for (const [written, form] of published) assert.equal(canonicalForm(written), form, String(written))
})

test('other ways to write the same address come to the same form', () => {
  const same: [string, string][] = [
    ['http://user:secret@evil.example/', 'http://evil.example/'],
    ['http://good.example@evil.example/', 'http://evil.example/'],
    ['http://evil.example\\a', 'http://evil.example/a'],
    ['http://evil.example/a/%2e%2e%2fb', 'http://evil.example/b'],
    ['http://0xc3.0177.11/', 'http://195.127.0.11/'],
    ['http://räksmörgås.example/ä', 'http://xn--rksmrgs-5wao1o.example/%C3%A4'],
    ['http://r%C3%A4ksm%C3%B6rg%C3%A5s.example/', 'http://xn--rksmrgs-5wao1o.example/'],
    ['http://256.256.256.256/', 'http://256.256.256.256/'],
  ]
  for (const [written, form] of same) assert.equal(canonicalForm(written), form, written)
  for (const written of ['mailto:a@example.org', 'javascript:alert(1)', 'data:text/html,x', '', 'http://', '/'])
    assert.equal(canonicalForm(written), undefined, written)
})

test('every published example has its expressions', () => {
  const expressions = (text: string) => {
    const address = readAddress(text)
    assert.ok(address)
    return expressionsOf(address)
  }
  assert.deepEqual(expressions('http://a.b.c/1/2.html?param=1'), [
    'a.b.c/1/2.html?param=1', 'a.b.c/1/2.html', 'a.b.c/', 'a.b.c/1/',
    'b.c/1/2.html?param=1', 'b.c/1/2.html', 'b.c/', 'b.c/1/',
  ]) // biome-ignore format: as they are published
  assert.deepEqual(expressions('http://a.b.c.d.e.f.g/1.html'), [
    'a.b.c.d.e.f.g/1.html', 'a.b.c.d.e.f.g/', 'c.d.e.f.g/1.html', 'c.d.e.f.g/', 'd.e.f.g/1.html', 'd.e.f.g/',
    'e.f.g/1.html', 'e.f.g/', 'f.g/1.html', 'f.g/',
  ]) // biome-ignore format: as they are published
  assert.deepEqual(expressions('http://1.2.3.4/1/'), ['1.2.3.4/1/', '1.2.3.4/'])
  assert.equal(expressions('http://a.b.c.d.e.f/1/2/3/4/5/6?q').length, 30)
})

test('an expression is on a list as its SHA-256', () => {
  const address = readAddress('http://evil.example/')
  assert.ok(address)
  assert.deepEqual(hashesOf(address), [createHash('sha256').update('evil.example/').digest('hex')])
})

test('whatever is written, the form is final, plain ASCII, and has at most thirty expressions', () => {
  const piece = fc.constantFrom(
    '%',
    '25',
    '2',
    '/',
    '.',
    '..',
    '?',
    '#',
    '@',
    ':',
    '\\',
    '[',
    ']',
    'a',
    'ä',
    '0x',
    '1',
    ' ',
    '%2f',
    '%00',
  )
  const written = fc.oneof(
    fc.string(),
    fc.array(piece).map((parts) => `http://${parts.join('')}`),
    fc.webUrl(),
  )
  fc.assert(
    fc.property(written, (text) => {
      const address = readAddress(text)
      if (address === undefined) return
      assert.match(canonicalForm(text) ?? '', /^[\x21-\x7e]+$/)
      assert.ok(address.path.startsWith('/'))
      assert.ok(expressionsOf(address).length <= 30)
      assert.equal(new Set(expressionsOf(address)).size, expressionsOf(address).length)
    }),
    { numRuns: 5_000 },
  )
})

test('a text made to be slow is not', () => {
  const began = performance.now()
  canonicalForm(`http://host/${'%25'.repeat(20_000)}`)
  canonicalForm(`http://host/%${'25'.repeat(30_000)}`)
  canonicalForm(`http://${'.'.repeat(60_000)}/`)
  canonicalForm('a'.repeat(10_000_000))
  assert.ok(performance.now() - began < 5_000)
})
