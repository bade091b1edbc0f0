import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { writeZip } from '#base/zip'
import { createEngine, defaultLimits } from '#engine'
import { compileRules, testFiles, testRules } from '#engine/rules'
import { usablePackers } from '#tests/containers'
import { Instances } from './instances.ts'

const engine = await createEngine({ rules: await compileRules([testRules()]) })
after(() => engine.close())
const [eicar, anywhere] = testFiles()
assert.ok(eicar && anywhere)
const { packers, missing } = usablePackers()
for (const name of missing) test(`a test file in ${name}`, { skip: name }, () => undefined)

for (const { kind, pack } of packers) {
  test(`every test file is found in: ${kind}`, async () => {
    for (const { rule, content } of testFiles()) {
      const { outcome, findings, notUnpacked } = await engine.scan({ bytes: pack(content, 'photo.jpg') }, 'letter.txt')
      assert.equal(outcome, 'malicious', `${rule} ${JSON.stringify(notUnpacked)}`)
      const found = findings.find((finding) => finding.rule === rule && finding.place.length > 0)
      assert.ok(found, rule)
      assert.deepEqual(notUnpacked, [])
    }
  })

  test(`a large file is found whole, a clean one is clean: ${kind}`, async () => {
    const noise = Buffer.from(Array.from({ length: 40_000 }, (_, index) => `${index * 7919} `).join(''))
    const clean = await engine.scan({ bytes: pack(noise, 'noise') }, 'x')
    assert.deepEqual([clean.outcome, clean.notUnpacked], ['clean', []])
    const marked = Buffer.concat([noise, anywhere.content, noise])
    assert.equal((await engine.scan({ bytes: pack(marked, 'noise') }, 'x')).outcome, 'malicious')
  })
}

test('containers in containers are opened to the limit, and what lies deeper is not called clean', async () => {
  const single = packers.filter(({ layers }) => layers === undefined)
  let bytes = eicar.content
  for (let depth = 0; depth < defaultLimits.depth; depth++) {
    const packer = single[(depth * 5) % single.length]
    assert.ok(packer)
    bytes = packer.pack(bytes, `level-${depth}`)
  }
  const deepest = await engine.scan({ bytes }, 'x')
  assert.equal(deepest.outcome, 'malicious')
  const deeper = packers.find(({ kind }) => kind === 'gzip')?.pack(bytes, 'x') ?? bytes
  const beyond = await engine.scan({ bytes: deeper }, 'x')
  assert.equal(beyond.outcome, 'incomplete')
  assert.ok(beyond.notUnpacked.some(({ reason }) => reason === 'depth'))
})

test('what is found in a zip is shown by its name, in any letters', async () => {
  const names = ['Älä avaa tätä.exe', 'a.txt', 'меню.doc']
  const zip = writeZip(
    names.map((name) => ({ name, content: anywhere.content })),
    new Date(),
  )
  const { findings } = await engine.scan({ bytes: zip })
  assert.deepEqual(
    findings.map(({ place }) => place),
    names.map((name) => [name]),
  )
})

test('whatever an archive has done to the memory of its instance is undone before the next', async () => {
  const tar = packers.find(({ kind }) => kind === 'tar')
  assert.ok(tar)
  const bytes = tar.pack(eicar.content, 'inside')
  const one = new Instances()
  const library = await one.at(1)
  // The worst there could be: every byte of it, its own data and its stack.
  library.HEAPU8.fill(0xa5)
  one.close()
  const next = new Instances()
  assert.equal((await next.at(1)).HEAPU8, library.HEAPU8)
  next.close()
  const { outcome, notUnpacked } = await engine.scan({ bytes })
  assert.deepEqual([outcome, notUnpacked], ['malicious', []])
})
