import type { Language } from '#base/languages'
import type { NeedCode } from '#portal/overview/api'

/** With the count where there is one. */
type Needs = Readonly<Record<NeedCode, (count: number) => string>>

/** What needs somebody, in a letter, where nothing can be pressed. */
export const needWords: Readonly<Record<Language, Needs>> = {
  fi: {
    'overview.vartio_unwell': (count) => `Vartiossa itsessään hoidettavia asioita: ${count}.`,
    'overview.mail_unset': () => 'Sähköpostipalvelinta ei ole asetettu.',
    'overview.no_administrator': () => 'Organisaatiolla ei ole pääkäyttäjää.',
    'overview.companies_alone': (count) => `Yrityksiä ilman pääkäyttäjää: ${count}.`,
    'overview.not_subscribed': () => 'Tilaus ei ole voimassa, joten laitteista ei kerätä mitään.',
    'overview.one_administrator': () => 'Pääkäyttäjiä on vain yksi.',
    'overview.no_privacy_officer': () => 'Tietosuojavastaavaa ei ole.',
    'overview.invitations_expired': (count) => `Vanhentuneita kutsuja: ${count}.`,
    'overview.no_devices': () => 'Yhtään laitetta ei ole liitetty.',
    'overview.devices_failing': (count) => `Laitteita, joiden suojaus ei toimi: ${count}.`,
    'overview.devices_watching': (count) => `Laitteita, jotka vain tarkkailevat: ${count}.`,
    'overview.devices_reporting': (count) => `Laitteita, jotka vain ilmoittavat eivätkä estä: ${count}.`,
    'overview.devices_silent': (count) => `Laitteita, joista ei ole kuultu: ${count}.`,
    'overview.events_lost': (count) => `Laitteita, joilta on kadonnut tapahtumia: ${count}.`,
    'overview.test_rules_only': (count) => `Laitteita, joilla on vain koesäännöt: ${count}.`,
    'overview.detections_open': (count) => `Havaintoja, jotka vaativat toimia: ${count}.`,
    'overview.receivers_failing': (count) => `Vastaanottajia, joille tapahtumat eivät mene perille: ${count}.`,
    'overview.messages_waiting': (count) => `Vastaamattomia yhteydenottoja: ${count}.`,
    'overview.contracts_waiting': (count) => `Palveluja, jotka odottavat hyväksyntää: ${count}.`,
    'overview.contracts_declined': (count) => `Palveluja, joita tai joiden muutosta ei hyväksytty: ${count}.`,
    'overview.declarations_due': (count) => `Palveluja, joiden EEA-vakuutus on uusittava: ${count}.`,
  },
  en: {
    'overview.vartio_unwell': (count) => `Things about Vartio itself that need somebody: ${count}.`,
    'overview.mail_unset': () => 'No mail server is set.',
    'overview.no_administrator': () => 'The organisation has no administrator.',
    'overview.companies_alone': (count) => `Companies without an administrator: ${count}.`,
    'overview.not_subscribed': () => 'There is no subscription, so nothing is collected of devices.',
    'overview.one_administrator': () => 'There is only one administrator.',
    'overview.no_privacy_officer': () => 'There is no privacy officer.',
    'overview.invitations_expired': (count) => `Invitations that have expired: ${count}.`,
    'overview.no_devices': () => 'No device has been enrolled.',
    'overview.devices_failing': (count) => `Devices whose protection does not work: ${count}.`,
    'overview.devices_watching': (count) => `Devices that only watch: ${count}.`,
    'overview.devices_reporting': (count) => `Devices that only report and stop nothing: ${count}.`,
    'overview.devices_silent': (count) => `Devices that have not been heard of: ${count}.`,
    'overview.events_lost': (count) => `Devices that have lost events: ${count}.`,
    'overview.test_rules_only': (count) => `Devices with test rules only: ${count}.`,
    'overview.detections_open': (count) => `Detections that need somebody: ${count}.`,
    'overview.receivers_failing': (count) => `Receivers that events do not reach: ${count}.`,
    'overview.messages_waiting': (count) => `Messages that wait for an answer: ${count}.`,
    'overview.contracts_waiting': (count) => `Services that wait for approval: ${count}.`,
    'overview.contracts_declined': (count) => `Services that were not approved, or a change of them: ${count}.`,
    'overview.declarations_due': (count) => `Services whose EEA declaration is due: ${count}.`,
  },
}
