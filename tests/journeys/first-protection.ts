import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeZip } from '#base/zip'
import { testFiles } from '#engine/rules'
import { until } from '#tests/until'
import { setUp } from '../browser/first-steps.ts'
import { createInbox } from '../browser/identity-pages.ts'
import type { Person, Stage } from '../browser/journey.ts'
import { installAgent, makeCode, type Protected, timeToPage } from '../browser/protection.ts'

// From the first start to the first dangerous file: stopped on this machine, seen in the portal, put back with a reason, and recorded.

const words = {
  devices: /^(Laitteet|Devices)$/,
  detections: /^(Havainnot|Detections)$/,
  audit: /^(Tarkastusloki|Audit log)$/,
  testRules: /^(Vain koesäännöt|Test rules only)$/,
  quarantined: /Siirrettiin karanteeniin|Quarantined/,
  restore: /^(Palauta|Restore)$/,
  restored: /^(Palautettiin|Restored)$/,
  recorded: /Palautettiin karanteenista|Restored from quarantine/,
}

const isRoot = process.getuid?.() === 0
const contentFor = (rule: string) => testFiles().find((one) => one.rule === rule)?.content ?? Buffer.alloc(0)
const [eicar, anywhere] = [contentFor('EICAR_Test_File'), contentFor('Vartio_Test_Anywhere')]
const link = (person: Person, name: RegExp) => person.page.getByRole('link', { name })
const button = (person: Person, name: RegExp) => person.page.getByRole('button', { name })
const rowOf = (person: Person, path: string) => person.page.locator('tr').filter({ hasText: path })

export async function journey(stage: Stage): Promise<void> {
  const { step, arrive, language } = stage
  const inbox = await createInbox(stage)
  const aino = await arrive({ name: 'Aino Korhonen', email: 'aino@paja.example', language })
  let agent: Protected | undefined
  try {
    await step('the one command of the page protects this machine', async () => {
      await setUp(stage, aino, inbox, 'Paja')
      agent = installAgent(stage, await makeCode(aino), 180)
      await aino.press(link(aino, words.devices).first())
      await aino.page.locator('tbody tr').first().waitFor()
      await aino.page.getByText(words.testRules).first().waitFor()
      const state = isRoot ? /Suojattu|Protected/ : /Vain seuraa|Only watches/
      await aino.page.locator('tbody').getByText(state).first().waitFor({ timeout: 30_000 })
      await aino.look('first-protection', { picture: false })
    })
    const { mount } = agent as unknown as Protected
    const [path, nested] = [join(mount, 'lasku.com'), join(mount, 'liite.zip')]

    await step(
      'EP-17 a dangerous file, and one inside a container in a container, are stopped and stand on the page',
      async () => {
        await aino.press(link(aino, words.detections))
        await aino.page.waitForURL('**/detections')
        await aino.settle()
        const inner = writeZip([{ name: 'ohje.txt', content: anywhere }], new Date())
        const times = [
          await timeToPage(aino, path, eicar),
          await timeToPage(aino, nested, writeZip([{ name: 'sisin.zip', content: inner }], new Date())),
        ]
        console.log(`     from write to page: ${times.map((time) => `${Math.round(time)} ms`).join(', ')}`)
        for (const one of [path, nested]) await rowOf(aino, one).getByText(words.quarantined).waitFor()
        assert.ok(!existsSync(path) && !existsSync(nested), 'a dangerous file is still there')
        await aino.look('first-protection-detections', { picture: false })
      },
    )
    await step('it is put back with a reason, exactly, and the log says so', async () => {
      await aino.press(rowOf(aino, path).getByRole('link'))
      await aino.press(button(aino, words.restore))
      await aino.write(aino.page.locator('[name="reason"]'), 'Kokeiltiin, toimiiko suojaus')
      await aino.press(aino.page.getByRole('dialog').locator('button[type="submit"]'))
      await aino.page.getByText(words.restored).first().waitFor({ timeout: 30_000 })
      await until(() => existsSync(path))
      assert.ok(readFileSync(path).equals(eicar))
      await aino.press(link(aino, words.audit))
      await aino.page.getByRole('cell', { name: words.recorded }).first().waitFor()
      await aino.look('first-protection-audit', { picture: false })
    })
  } finally {
    agent?.stop()
  }
}
