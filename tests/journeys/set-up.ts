import assert from 'node:assert/strict'
import { quiet } from '../browser/first-steps.ts'
import { createInbox, register, signInWithPasskey } from '../browser/identity-pages.ts'
import type { Person, Stage } from '../browser/journey.ts'

// A new Vartio, from the printed link to the second person who sees what their role allows and nothing else.

/** The words of the portal in both languages: what a person reads, not what the code calls it. */
const words = {
  continue: /^(Jatka|Continue)$/,
  createOrganization: /^(Perusta organisaatio|Create the organisation)$/,
  overview: /^(Yleiskuva|Overview)$/,
  people: /^(Henkilöt|People)$/,
  organizations: /^(Organisaatiot|Organisations)$/,
  audit: /^(Tarkastusloki|Audit log)$/,
  activity: /^(Toimintaloki|Activity log)$/,
  staff: /^(Henkilöstö|Staff)$/,
  companySignIn: /^(Yrityksen kirjautuminen|Company sign-in)$/,
  health: /^(Vartion kunto|Health of Vartio)$/,
  reports: /^(Raportit|Reports)$/,
  makeReport: /^(Tee raportti|Make a report)$/,
  saveReport: /^(Tallenna raportti|Save the report)$/,
  sendReport: /^(Lähetä minulle nyt|Send it to me now)/,
  edition: /^(Viikko|Week) /,
  silentProgram: /^(Ei vastaa|Does not answer)$/,
  requests: /^(Pyynnöt|Requests)$/,
  holds: /^(Säilytyspidot|Holds)$/,
  proposeHold: /^(Ehdota säilytyspitoa|Propose a hold)$/,
  takeBack: /^(Peru ehdotus|Take back)/,
  approve: /^(Hyväksy|Approve)/,
  changeRoles: /^(Vaihda rooleja|Change roles)$/,
  helpIn: /^(Auta takaisin sisään|Help back in)$/,
  remove: /^(Poista organisaatiosta|Remove from the organisation)$/,
  own: /^(Omat tiedot|Your details)$/,
  account: /^(Tili ja pääsyavaimet|Account and passkeys)$/,
  passkeys: /^(Pääsyavaimet|Passkeys)$/,
  recoveryCodes: /^(Palautuskoodit|Recovery codes)$/,
  sessions: /^(Istunnot|Sessions)$/,
  accountOwn: /^(Nimi ja sähköposti|Name and e-mail)$/,
  signOut: /^(Kirjaudu ulos|Sign out)$/,
  invite: /^(Kutsu henkilö|Invite a person)$/,
  send: /^(Lähetä kutsu|Send the invitation)$/,
  addOrganization: /^(Lisää organisaatio|Add an organisation)$/,
  alreadyFinished: /jo otettu käyttöön|already been set up/,
  wrongSetUpLink: /ei ole tämän Vartion käyttöönottolinkki|is not the set-up link/,
  wrongInvitation: /Tätä kutsua ei ole|There is no such invitation/,
  usedInvitation: /jo käytetty|already been used/,
  noSuchPage: /ei ole sivua|no page at this address/,
}

const link = (person: Person, name: RegExp) => person.page.getByRole('link', { name })
const button = (person: Person, name: RegExp) => person.page.getByRole('button', { name })
/** Where one asks about the organisation of theirs. */
const ownPath = async (person: Person) =>
  `/api/organizations/${JSON.parse((await person.ask('/api/session')).text).organizations[0].organizationId}`
const heading = (person: Person) => person.page.getByRole('heading', { level: 1 })
const field = (person: Person, name: string) => person.page.locator(`[name="${name}"]`)

export async function journey(stage: Stage): Promise<void> {
  const { vartio, step, arrive } = stage
  const setUpLink = vartio.setUpLink
  assert.ok(setUpLink, 'no set-up link was printed')
  const other = stage.language === 'fi' ? 'en' : 'fi'
  const aino = await arrive({ name: 'Aino Korhonen', email: 'aino@paja.example', language: stage.language })
  const inbox = await createInbox(stage)

  await step('a wrong set-up link is refused', async () => {
    await aino.open(`${vartio.portal}/set-up#${'A'.repeat(43)}`)
    await heading(aino).filter({ hasText: words.wrongSetUpLink }).waitFor()
    await aino.look('set-up-wrong-link')
  })

  await step('ID-07 DSR-17 the set-up link asks who answers for personal data', async () => {
    await aino.open(setUpLink)
    await field(aino, 'contactEmail').waitFor()
    assert.ok(!aino.page.url().includes('#'), 'the token stays in the address bar')
    await aino.look('set-up')
    await giveControllerDetails(aino)
    await aino.page.waitForURL('**/create')
  })

  await step('ID-24 ID-108 an address is verified, a passkey made, recovery codes kept', async () => {
    await register(aino, inbox, { pictures: true })
  })

  await step('the organisation is named, and the portal opens', async () => {
    await field(aino, 'name').waitFor()
    await aino.look('set-up-organization')
    await aino.write(field(aino, 'name'), 'Pohjanlahden Paja Oy')
    await aino.press(button(aino, words.createOrganization))
    await link(aino, words.people).waitFor()
    await aino.look('overview')
  })

  await step('PT-01 every page opens from the keyboard', async () => {
    for (const [name, picture] of [
      [words.organizations, 'organizations'],
      [words.audit, 'audit'],
      [words.people, 'people'],
    ] as const) {
      await aino.press(link(aino, name))
      await aino.page.waitForURL(`**/${picture}*`)
      await aino.look(picture, { picture: false })
    }
    await aino.page.keyboard.press('?')
    await aino.page.getByRole('dialog').waitFor()
    await aino.look('keys', { picture: false })
    await aino.page.keyboard.press('Escape')
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await aino.page.keyboard.press('/')
    await aino.page.getByRole('dialog').waitFor()
    await aino.look('find', { picture: false })
    await aino.page.keyboard.press('Escape')
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
  })

  await step('RT-23 a privacy officer proposes a hold, and cannot approve it alone', async () => {
    await aino.press(link(aino, words.holds))
    await aino.page.waitForURL('**/holds*')
    await aino.look('holds-none')
    await aino.press(button(aino, words.proposeHold))
    await field(aino, 'reason').waitFor()
    await aino.look('holds-propose')
    await aino.write(field(aino, 'reason'), 'Poliisi on pyytänyt tietoja.')
    await field(aino, 'log').selectOption('audit-log')
    await aino.press(button(aino, words.proposeHold).last())
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await button(aino, words.takeBack).waitFor()
    assert.equal(await button(aino, words.approve).count(), 0, 'who proposed it may approve it')
    await aino.look('holds')
    await aino.press(button(aino, words.takeBack))
    await button(aino, words.takeBack).waitFor({ state: 'hidden' })
    await aino.press(link(aino, words.people))
    await aino.page.waitForURL('**/people*')
  })

  await step('a privacy officer sees that nobody has asked anything about their data yet', async () => {
    await aino.press(link(aino, words.requests))
    await aino.page.waitForURL('**/requests*')
    await aino.look('requests-none')
    await aino.press(link(aino, words.people))
    await aino.page.waitForURL('**/people*')
  })

  await step('the set-up link is used up', async () => {
    const stranger = await arrive({ name: 'Sulo Vieras', email: 'sulo@muualla.example', language: other })
    await stranger.open(setUpLink)
    await heading(stranger).filter({ hasText: words.alreadyFinished }).waitFor()
    await stranger.look('set-up-finished')
    await stranger.leave()
  })

  let support = ''
  await step('a second person is invited as a viewer', async () => {
    const roles = `${await ownPath(aino)}/roles`
    const made = await aino.ask(roles, {
      method: 'POST',
      body: { name: 'Laitetuki', permissions: ['devices.read', 'devices.manage'] },
    })
    support = JSON.parse(made.text).roleId
    await quiet(aino)
    await aino.press(button(aino, words.invite).first())
    await field(aino, 'email').waitFor()
    await aino.page.getByRole('checkbox', { name: 'Laitetuki' }).waitFor()
    await aino.look('people-invite')
    await aino.write(field(aino, 'email'), 'eero@paja.example')
    await aino.write(field(aino, 'name'), 'Eero Mäkelä')
    await aino.press(button(aino, words.send))
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await aino.page
      .getByRole('cell', { name: /eero@paja\.example/ })
      .first()
      .waitFor()
    await aino.look('people-invited')
  })

  const eero = await arrive({ name: 'Eero Mäkelä', email: 'eero@paja.example', language: other })
  const invitation = await inbox.waitForLink('eero@paja.example', /\/invitation#\S+/)

  await step('a wrong invitation link is refused', async () => {
    await eero.open(`${vartio.portal}/invitation#${'B'.repeat(43)}`)
    await heading(eero).filter({ hasText: words.wrongInvitation }).waitFor()
    await eero.look('invitation-wrong-link', { picture: false })
  })

  await step('the invited person sees who invites to what, and joins with a passkey of their own', async () => {
    await eero.open(invitation)
    await heading(eero).filter({ hasText: 'Pohjanlahden Paja Oy' }).waitFor()
    await eero.look('invitation')
    await eero.press(button(eero, words.continue))
    await register(eero, inbox, { pictures: false })
    await link(eero, words.overview).waitFor()
    await eero.look('overview-viewer')
  })

  await step('PT-04 a viewer sees what the role allows and nothing else', async () => {
    for (const hidden of [words.people, words.organizations, words.audit])
      assert.equal(await link(eero, hidden).count(), 0, `a viewer is shown ${String(hidden)}`)
    const session = JSON.parse((await eero.ask('/api/session')).text) as { organizations: { organizationId: string }[] }
    const own = `/api/organizations/${session.organizations[0]?.organizationId}`
    assert.equal((await eero.ask(`${own}/overview`)).status, 200)
    for (const path of ['/people', '/invitations', '/audit', '/organizations'])
      assert.ok([403, 404].includes((await eero.ask(`${own}${path}`)).status), `a viewer may read ${path}`)
    const invite = { email: 'x@paja.example', roles: ['administrator'], language: 'fi' }
    const answer = await eero.ask(`${own}/invitations`, { method: 'POST', body: invite })
    assert.ok([403, 404].includes(answer.status), `a viewer may invite: ${answer.status} ${answer.text}`)
    const elsewhere = own.replace(/[0-9a-f]{4}$/, (end) => (end === '0000' ? '0001' : '0000'))
    assert.ok([403, 404].includes((await eero.ask(`${elsewhere}/overview`)).status))
    await eero.open(`${vartio.portal}/audit`)
    await eero.look('audit-viewer', { picture: false })
    assert.equal(await eero.page.getByRole('table').count(), 0, 'a viewer is shown the audit log')
  })

  await step('an invitation works once', async () => {
    const stranger = await arrive({ name: 'Sulo Vieras', email: 'sulo@muualla.example', language: other })
    await stranger.open(invitation)
    await heading(stranger).filter({ hasText: words.usedInvitation }).waitFor()
    await stranger.look('invitation-used')
    await stranger.leave()
  })

  await step('PT-05 the audit log tells who did what', async () => {
    await aino.press(link(aino, words.audit))
    await aino.page
      .getByRole('cell', { name: /Kutsu hyväksyttiin|invitation was accepted|Invitation accepted/i })
      .first()
      .waitFor()
    await aino.look('audit-filled')
  })

  await step('ID-88 ID-89 who works for the provider is shown, and who could do what on a day', async () => {
    const people = `${await ownPath(aino)}/people`
    const found = JSON.parse((await aino.ask(people)).text).people.find(
      ({ email }: { email: string }) => email === eero.email,
    )
    const given = { roles: ['viewer'], ownRoles: [support] }
    assert.equal((await aino.ask(`${people}/${found.personId}/roles`, { method: 'PUT', body: given })).status, 204)
    await aino.press(link(aino, words.staff))
    await aino.page.waitForURL('**/staff')
    await aino.page.getByRole('cell', { name: 'Laitetuki', exact: true }).waitFor()
    await quiet(aino)
    await aino.look('staff')
    await aino.press(link(aino, words.companySignIn))
    await aino.page.waitForURL('**/company-sign-in')
    await aino.look('company-sign-in')
  })

  await step('the provider sees how this Vartio itself is, each program by itself', async () => {
    await aino.press(link(aino, words.health))
    await aino.page.waitForURL('**/health')
    await aino.page.getByRole('cell', { name: 'Security Cloud', exact: true }).waitFor()
    assert.equal(await aino.page.getByText(words.silentProgram).count(), 0, 'a program does not answer')
    // There is no backup yet, so something is wrong: the notice of the support tool stands there.
    await aino.page.getByText('vartio support', { exact: true }).waitFor()
    await aino.look('health')
  })

  await step('a report is made, sent to oneself and read', async () => {
    await aino.press(link(aino, words.reports))
    await aino.page.waitForURL('**/reports')
    await aino.press(button(aino, words.makeReport))
    await aino.page.getByRole('dialog').waitFor()
    await aino.press(aino.page.getByRole('checkbox', { name: 'Aino Korhonen', exact: true }), 'Space')
    await aino.look('reports-make')
    await aino.press(button(aino, words.saveReport))
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await aino.press(button(aino, words.sendReport))
    await link(aino, words.edition).waitFor()
    await aino.look('reports')
    await aino.press(link(aino, words.edition))
    await aino.page.waitForURL(/\/reports\/[0-9a-f-]+/)
    await aino.page.getByRole('table').first().waitFor()
    await aino.look('report')
  })

  await step('EP-13 the activity log, one’s own details and every dialog open from the keyboard', async () => {
    await aino.press(link(aino, words.activity))
    await aino.page.waitForURL('**/activity')
    await aino.look('activity')
    await aino.press(button(aino, /Aino Korhonen/))
    await aino.choose(aino.page.getByRole('menuitem', { name: words.own }))
    await aino.page.waitForURL('**/own')
    await aino.look('own')
    await aino.press(link(aino, words.people))
    for (const [item, picture] of [
      [words.changeRoles, 'people-roles'],
      [words.helpIn, 'people-recovery'],
      [words.remove, 'people-remove'],
    ] as const) {
      await aino.press(button(aino, /(Toiminnot|Actions): Eero Mäkelä/))
      await aino.choose(aino.page.getByRole('menuitem', { name: item }))
      await aino.page.getByRole('dialog').waitFor()
      await aino.look(picture, { picture: false })
      await aino.page.keyboard.press('Escape')
      await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
    await aino.press(link(aino, words.organizations))
    await aino.press(button(aino, words.addOrganization).first())
    await field(aino, 'name').waitFor()
    await aino.look('organizations-add', { picture: false })
    await aino.write(field(aino, 'name'), 'Saariston Sähkö Oy')
    await aino.press(aino.page.getByRole('dialog').locator('button[type="submit"]'))
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await aino.page.getByText('Saariston Sähkö Oy').first().waitFor()
    await aino.look('organizations')
    await aino.open(`${vartio.portal}/no-such-page`)
    await heading(aino).filter({ hasText: words.noSuchPage }).waitFor()
    await aino.look('no-such-page')
    await aino.open(`${vartio.portal}/`)
  })

  await step('ID-84 the account shows passkeys, recovery codes and sessions', async () => {
    await aino.press(button(aino, /Aino Korhonen/))
    await aino.choose(aino.page.getByRole('menuitem', { name: words.account }))
    await aino.page.waitForURL(`${vartio.identity}/**`)
    for (const [name, picture] of [
      [words.passkeys, 'account-passkeys'],
      [words.recoveryCodes, 'account-recovery-codes'],
      [words.sessions, 'account-sessions'],
      [words.accountOwn, undefined],
    ] as const) {
      await aino.press(link(aino, name))
      await heading(aino).waitFor()
      await aino.look(picture ?? 'account-own', { picture: picture !== undefined })
    }
  })

  await step('ID-01 ID-07 the notice names the controller, and the pledges show their figures', async () => {
    await aino.open(`${vartio.portal}/notice`)
    await aino.page.waitForURL(`**/notice`)
    await aino.page.getByText('Pohjanlahden Paja Oy').waitFor()
    await aino.look('notice')
    await aino.open(`${vartio.identity}/pledges`)
    await aino.page.waitForURL(`**/pledges`)
    await heading(aino).waitFor()
    await aino.look('pledges')
    await aino.open(`${vartio.portal}/`)
  })

  await step('signing out ends the session, and signing in again takes the passkey only', async () => {
    await eero.open(`${vartio.portal}/`)
    await eero.press(button(eero, /Eero Mäkelä/))
    await eero.choose(eero.page.getByRole('menuitem', { name: words.signOut }))
    await eero.page.waitForURL(`${vartio.identity}/**`)
    await eero.look('sign-out')
    await eero.press(eero.page.locator('main button.main'))
    await eero.page.waitForURL(`${vartio.portal}/signed-out`)
    await eero.look('signed-out')
    await eero.holdBack(true)
    await eero.open(`${vartio.portal}/`)
    await signInWithPasskey(eero)
    await link(eero, words.overview).waitFor()
  })
}

async function giveControllerDetails(person: Person): Promise<void> {
  await person.write(field(person, 'name'), 'Pohjanlahden Paja Oy')
  await person.write(field(person, 'businessId'), '1234567-1')
  await person.write(field(person, 'postalAddress'), 'Rantatie 1, 00100 Helsinki')
  await person.write(field(person, 'contactEmail'), 'tietosuoja@paja.example')
  await person.press(button(person, words.continue))
}
