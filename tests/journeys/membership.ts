import assert from 'node:assert/strict'
import { join } from 'node:path'
import { addMonths } from '#base/calendar'
import { connectAdmin } from '#supervisor/postgres'
import { setUp } from '../browser/first-steps.ts'
import { createInbox } from '../browser/identity-pages.ts'
import type { Person, Stage } from '../browser/journey.ts'
import { startOtherService } from '../browser/service.ts'

// Seven months of an account: it comes about at a service, belongs to a group that the service asks about, lies unused, comes back, and is erased.

/** The house begins so far back, and the journey brings it nearer. */
export const daysBack = 260

const [hour, day] = [3_600_000, 86_400_000]

const words = {
  makeGroup: /^(Tee ryhmä|Make a group)$/,
  join: /^(Pyydä päästä ryhmään|Ask to join)$/,
  waits: /Pääkäyttäjä ei ole vielä vastannut|has not answered yet/,
  accept: /^(Hyväksy|Accept) Eero Mäkelä$/,
  decline: /^(Hylkää|Decline): Eero Mäkelä$/,
  away: /Tili on vanhentunut tai lukittu|account has expired or is locked/,
  leave: /^(Poistu ryhmästä|Leave the group)$/,
  erased: /^(poistettu tili poistui|an erased account left)$/,
  create: /^(Luo tili|Create an account)$/,
  carryOn: /^(Jatka palveluun|Continue to the service)$/,
  ended: /Tämä kirjautuminen on päättynyt|This sign-in has ended/,
  toService: /^(Jatka palveluun: |Continue to )Kirjaston varauspalvelu$/,
  refused: /Se voi kuulua tilille, jota ei enää ole|an account that is gone/,
}
const letters = {
  asked: /Joku pyytää päästä ryhmääsi|Somebody asks to join your group/,
  declined: /Liittymispyyntöäsi ei hyväksytty|Your request to join was declined/,
  accepted: /Pääsit ryhmään|You are in the group/,
  expiresSoon: /Tilisi vanhenee kuukauden kuluttua|Your account expires in a month/,
  expired: /Tilisi on vanhentunut|Your account has expired/,
  erasedSoon: /Tilisi poistetaan viikon kuluttua|Your account is deleted in a week/,
  erased: /Tilisi on poistettu|Your account has been deleted/,
}

const button = (person: Person, name: RegExp) => person.page.getByRole('button', { name })
const link = (person: Person, name: RegExp) => person.page.getByRole('link', { name })
const main = (person: Person) => person.page.locator('main button.main, main a.main').first()
const field = (person: Person, name: string) => person.page.locator(`[name="${name}"]`)
const text = (person: Person, what: RegExp | string) => person.page.getByText(what).first()

export async function journey(stage: Stage): Promise<void> {
  const { vartio, step, arrive, language, goTo, now } = stage
  const inbox = await createInbox(stage)
  const aino = await arrive({ name: 'Aino Korhonen', email: 'aino@paja.example', language })
  const eero = await arrive({ name: 'Eero Mäkelä', email: 'eero@koti.example', language })
  const identity = connectAdmin(join(vartio.folder, 'run'), 'identity')
  /** Quiet accounts are looked after each quarter of an hour, by the clock of PostgreSQL: nobody waits for that here. */
  const lookAfter = () => identity`insert into jobs.job (name, data) values ('life-cycle.round', '{}')`
  const told = (person: Person, letter: RegExp) => inbox.waitForMatch(person.email, letter)
  const life = async (person: Person) => {
    const answer = await person.ask('/account/api/own')
    assert.equal(answer.status, 200, answer.text)
    const { expiresAt, erasedAt } = JSON.parse(answer.text).life
    return { expiresAt: new Date(expiresAt), erasedAt: new Date(erasedAt) }
  }
  /** By the link of the group: whoever is not signed in is asked for the passkey, and then sees the group. */
  const openGroup = async (person: Person, groupId: string) => {
    await person.open(`${vartio.identity}/account/groups/${groupId}`)
    await person.page.getByRole('heading', { level: 1, name: /Soutajat/ }).waitFor()
    await person.settle()
  }

  await setUp(stage, aino, inbox, 'Paja')
  let groupId = ''
  await step('ID-55 somebody makes a group, and administers it', async () => {
    await aino.open(`${vartio.identity}/account/groups`)
    await button(aino, words.makeGroup).waitFor()
    await aino.look('groups-none', { picture: false })
    await aino.press(button(aino, words.makeGroup))
    await aino.write(field(aino, 'name'), 'Soutajat')
    await aino.write(field(aino, 'about'), 'Joensuun soutajien veneet ja vuorot.')
    await aino.look('group-make')
    await aino.press(aino.page.getByRole('dialog').locator('button[type="submit"]'))
    await aino.page.waitForURL('**/groups/*')
    groupId = new URL(aino.page.url()).pathname.split('/').at(-1) ?? ''
    await aino.page.getByRole('heading', { level: 1, name: /Soutajat/ }).waitFor()
    await aino.look('group-new', { picture: false })
    await aino.open(`${vartio.portal}/`)
    await aino.settle()
  })
  const service = await startOtherService(stage, aino, { hasGroups: true, groups: [groupId] })
  const other = await startOtherService(stage, aino, { hasGroups: true, groups: [groupId] })
  const { begin, arrived, query } = service
  const released = (person: Person) => button(person, words.carryOn).waitFor()
  /** `codeOf` the service: which groups, or why it is told none. */
  const asks = async (sub: string) => {
    const { status, groups, code } = await query(sub)
    return status === 200 ? groups : code
  }
  let sub = ''

  await step('ID-24 ID-73 somebody registers on the way to a service', async () => {
    await begin(eero)
    await eero.press(link(eero, words.create))
    await eero.write(field(eero, 'name'), eero.name)
    await eero.write(field(eero, 'email'), eero.email)
    await eero.press(main(eero))
    await eero.page.waitForURL('**/code')
    await eero.write(field(eero, 'code'), await inbox.waitForMatch(eero.email, /\b\d{4} \d{4}\b/))
    await eero.press(main(eero))
    await eero.page.waitForURL('**/passkey')
    await eero.press(main(eero))
    await eero.page.waitForURL('**/codes')
    await eero.press(main(eero))
    await released(eero)
    await eero.press(button(eero, words.carryOn))
    sub = String((await arrived(eero)).claims?.sub)
    assert.deepEqual(await asks(sub), [])
  })

  await step('ID-54 ID-58 they ask to join with a reason, are declined with a sentence, and ask again', async () => {
    const ask = async (reason: string) => {
      await eero.write(field(eero, 'userName'), 'eero m')
      await eero.write(field(eero, 'reason'), reason)
      await eero.look('group-join', { picture: reason === 'Haluan soutaa.' })
      await eero.press(button(eero, words.join))
      await text(eero, words.waits).waitFor()
    }
    await openGroup(eero, groupId)
    await ask('Haluan soutaa.')
    await told(aino, letters.asked)
    assert.deepEqual(await asks(sub), [])
    await openGroup(aino, groupId)
    await aino.press(button(aino, words.decline))
    await aino.write(field(aino, 'answer'), 'Kerro, missä veneessä soudat.')
    await aino.look('group-decline', { picture: false })
    await aino.press(aino.page.getByRole('dialog').locator('button[type="submit"]'))
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await told(eero, letters.declined)
    await openGroup(eero, groupId)
    await text(eero, 'Kerro, missä veneessä soudat.').waitFor()
    await eero.look('group-declined')
    await ask('Soudan kirkkoveneessä, airopari 4.')
    await eero.look('group-asked', { picture: false })
  })

  await step('ID-49 ID-54 the administrator accepts, and the service hears of it', async () => {
    await openGroup(aino, groupId)
    await text(aino, 'airopari 4').waitFor()
    await aino.look('group-requests')
    await aino.press(button(aino, words.accept))
    await button(aino, words.accept).waitFor({ state: 'hidden' })
    await told(eero, letters.accepted)
    assert.deepEqual(await asks(sub), [groupId])
    await openGroup(eero, groupId)
    await button(eero, words.leave).waitFor()
    await eero.look('group-member')
    await eero.open(`${vartio.identity}/account/groups`)
    await link(eero, /Soutajat/).waitFor()
    await eero.look('groups')
  })

  await step('a page that was left open until the event is over leads to the service', async () => {
    await begin(eero)
    await released(eero)
    await goTo(new Date(now().getTime() + 2 * hour))
    await eero.press(button(eero, words.carryOn))
    await eero.page.getByRole('heading', { name: words.ended }).waitFor()
    await eero.look('sign-in-expired', { picture: false })
    await eero.press(link(eero, words.toService))
    await eero.page.waitForURL(service.home)
  })

  await openGroup(eero, groupId)
  const first = await life(eero)
  await step('ID-74 a month before it expires a letter says so, and when it expires another', async () => {
    await goTo(new Date(addMonths(first.expiresAt, -1).getTime() + hour))
    await lookAfter()
    await told(eero, letters.expiresSoon)
    assert.deepEqual(await asks(sub), [groupId])
    // Whoever comes goes on: the administrator is needed to the end.
    await openGroup(aino, groupId)
    await goTo(new Date(first.expiresAt.getTime() + hour))
    await lookAfter()
    await told(eero, letters.expired)
  })

  await step(
    'ID-51 A-03 A-16 while it has expired the query is refused, and its administrator sees that it is away',
    async () => {
      assert.equal(await asks(sub), 'groups.person_not_known')
      await openGroup(aino, groupId)
      await text(aino, words.away).waitFor()
      await aino.look('group-away')
    },
  )

  await step('ID-75 signing in is all there is, and brings it back', async () => {
    await goTo(new Date(first.erasedAt.getTime() - day))
    await eero.open(`${vartio.identity}/account/own`)
    await field(eero, 'name').waitFor()
    const { expiresAt } = await life(eero)
    assert.ok(expiresAt > addMonths(first.expiresAt, 3), expiresAt.toISOString())
    await eero.look('account-returned', { picture: false })
    assert.deepEqual(await asks(sub), [groupId])
  })

  await step(
    'ID-53 A-17 about who has left a group the service is answered, and hears that they are in none',
    async () => {
      await openGroup(eero, groupId)
      await eero.press(button(eero, words.leave))
      await eero.page.waitForURL('**/account/groups')
      assert.deepEqual(await query(sub), { status: 200, groups: [] })
    },
  )

  await step('ID-51 ID-52 a service at which they completed no event is refused', async () => {
    const { status, code } = await other.query(sub)
    assert.deepEqual([status, code], [403, 'groups.person_not_known'])
  })

  await step('ID-76 unused for four months it is erased, with letters before and a receipt after', async () => {
    const { expiresAt, erasedAt } = await life(eero)
    await openGroup(aino, groupId)
    await goTo(new Date(expiresAt.getTime() - day))
    await openGroup(aino, groupId)
    await goTo(new Date(erasedAt.getTime() - 6 * day))
    await lookAfter()
    await told(eero, letters.erasedSoon)
    await goTo(new Date(erasedAt.getTime() + hour))
    await lookAfter()
    // The letter before it, that it begins, goes with the person: only this one, which names nobody, stays.
    await told(eero, letters.erased)
    // ID-51, ID-76: there is nobody any more to ask about.
    assert.equal(await asks(sub), 'groups.person_not_known')
    await openGroup(aino, groupId)
    await text(aino, words.erased).waitFor()
    assert.equal(await aino.page.getByText(eero.name).count(), 0, 'the group still says who it was')
    await aino.look('group-log', { picture: false })
  })

  await step('the passkey of an account that is gone opens nothing, and the page says what to do', async () => {
    await eero.context.clearCookies()
    await begin(eero)
    await text(eero, words.refused).waitFor()
    await eero.look('sign-in-gone')
  })
  service.stop()
  other.stop()
  await identity.end()
}
