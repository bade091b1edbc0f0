import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type RunningGuard, runGuard } from '#tests/guard'
import { makeOwnMount } from '#tests/own-mount'
import { makeRuleBundle } from '#tests/rule-bundle'
import { until } from '#tests/until'

const needsRoot = process.getuid?.() === 0 || process.env.CI === 'true' ? false : 'deciding over opens needs root'
const policy = { profile: 'default', reportOnly: false, deadlineMs: 5_000, exclusions: [], allowed: [] } as const
const mark = ['VARTIO', 'TEST', '7C1E'].join('-')

let folder: string
let mount: string
let guard: RunningGuard
const bundle = (name: string, ...given: Parameters<typeof makeRuleBundle>) => {
  const path = join(folder, name)
  writeFileSync(path, makeRuleBundle(...given))
  return path
}
const rule = (name: string, text: string) => `rule ${name} { strings: $a = "${text}" condition: $a }`
const findingIn = async (path: string) => {
  const event = await until(() => guard.events.find((one) => one.kind === 'detection' && one.path === path))
  assert.ok(event.kind === 'detection')
  return event.verdict.findings[0]
}

before(async () => {
  if (needsRoot) return
  folder = mkdtempSync(join(tmpdir(), 'vartio-rules-'))
  mount = makeOwnMount()
  guard = await runGuard({ mounts: [mount], policy, folder, bundles: [] })
})

after(async () => {
  if (needsRoot) return
  await guard.close()
  execFileSync('umount', [mount])
  rmSync(folder, { recursive: true, force: true })
  rmSync(mount, { recursive: true, force: true })
})

test('a file that only a new set knows is taken once the set is in use, and its author is told', {
  skip: needsRoot,
}, async () => {
  const path = join(mount, 'known-later')
  writeFileSync(path, 'only the new set knows this')
  await guard.call('settled')
  assert.ok(existsSync(path))
  await guard.call('useRules', [bundle('first', rule('newly_known', 'only the new set knows this'))])
  // Once cleared by the old rules: nothing of that is remembered.
  execFileSync('sh', ['-c', `: >> ${path}`])
  assert.deepEqual(await findingIn(path), {
    rule: 'newly_known',
    ruleSet: 'trial',
    author: 'A. Writer',
    licence: 'DRL-1.1',
    source: 'rules',
    place: [],
  })
  await until(() => !existsSync(path))
})

test('while rules are replaced nothing dangerous gets by', { skip: needsRoot }, async () => {
  const replaced = guard.call('useRules', [bundle('second', rule('other', 'of the second set'), { version: 2 })])
  let isReplaced = false
  void replaced.then(() => {
    isReplaced = true
  })
  const paths: string[] = []
  for (let number = 0; !isReplaced || number < 5; number += 1) {
    const path = join(mount, `during-${number}`)
    writeFileSync(path, mark)
    paths.push(path)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  await replaced
  await until(() => paths.every((path) => !existsSync(path)))
  for (const path of paths) assert.equal((await findingIn(path))?.rule, 'Vartio_Test_Anywhere')
})

test('rules that find what is clean, or come from nobody, are not taken, and those before go on', {
  skip: needsRoot,
}, async () => {
  const everything = bundle('everything', 'rule everything { condition: filesize > 0 }')
  await assert.rejects(guard.call('useRules', [everything]), { code: 'guard.rules_false_alarm' })
  writeFileSync(join(folder, 'none'), 'no bundle')
  await assert.rejects(guard.call('useRules', [join(folder, 'none')]), { code: 'guard.rules_failed' })
  const path = join(mount, 'still')
  writeFileSync(path, 'of the second set')
  assert.equal((await findingIn(path))?.rule, 'other')
})

test('what is scanned because somebody asked is scanned by all rules, everyday files by the small set', {
  skip: needsRoot,
}, async () => {
  const slow = bundle('slow', rule('thorough', 'only thorough rules know'), { set: 'slow', isRealTime: false })
  await guard.call('useRules', [join(folder, 'second'), slow])
  const path = join(mount, 'thorough')
  writeFileSync(path, 'only thorough rules know')
  await guard.call('settled')
  assert.ok(existsSync(path))
  const counted = (await guard.call('scan', mount)) as { malicious: number }
  assert.equal(counted.malicious, 1)
  assert.equal((await findingIn(path))?.ruleSet, 'slow')
})
