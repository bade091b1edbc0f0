import type { Language } from '#base/languages'

export const commandTexts = {
  fi: {
    askCode: 'Liittämiskoodi (sitä ei näytetä): ',
    enrolled: (name: string) => `Laite liitettiin: ${name}. Agentti käynnistyy.`,
    upgraded: (name: string) => `Agentti päivitettiin. Laite kuuluu edelleen: ${name}.`,
    watchesOnly:
      'Agentti vain seuraa eikä voi estää mitään käynnistymästä, koska sitä ei asennettu pääkäyttäjänä. Suojaus päälle: sudo vartio-agent install',
    notAtBoot:
      'Tässä koneessa ei ole systemd:tä: agentti ei käynnisty itsestään, kun kone käynnistetään. Käynnistä se komennolla vartio-agent start.',
    seeStatus: (path: string) => `Tila: ${path} status`,
    protectedBy: (name: string, url: string) => `Laitetta suojaa ${name} (${url}).`,
    notEnrolled: 'Laitetta ei ole liitetty mihinkään organisaatioon.',
    states: { on: 'päällä', watching: 'seuraa', off: 'pois', failed: 'ei toimi' },
    reportOnly: 'Vaarallisesta vain kerrotaan, mitään ei pysäytetä.',
    testRules: 'Vain testisäännöt.',
    isolated: 'Laite on eristetty verkosta.',
    canaries: (count: number) => `Houkutustiedostoja asiakirjakansioissa: ${count}.`,
    spool: (waiting: number, lost: number) => `Odottaa lähetystä: ${waiting}. Pudonnut: ${lost}.`,
    refused: (code: string) =>
      `Portaali ei tunne tätä laitetta (${code}). Liitä se uudelleen: vartio-agent install --enrol`,
    lastSeen: (at: string) => `Portaaliin saatiin yhteys viimeksi ${at}.`,
    never: 'Portaaliin ei ole vielä saatu yhteyttä.',
    hidden: (count: number) => `${count} asiaa koskee muita käyttäjiä.`,
    wordForWord: 'Sanasta sanaan: vartio-agent journal --json, tai sivuna: vartio-agent page',
    failed: 'Tämä ei onnistunut.',
    scanned: (files: number, found: number) => `Tarkastettiin ${files} tiedostoa, vaarallisia ${found}.`,
    restored: 'Tiedosto palautettiin.',
    released: 'Eristys purettiin. Portaali näkee sen, kun laite saa siihen yhteyden.',
    uninstalled: 'Agentti poistettiin.',
    uninstalledBut: (count: number, where: string) =>
      `Agentti poistettiin. Karanteeniin jäi ${count} tiedostoa: ${where}`,
  },
  en: {
    askCode: 'Enrolment code (it is not shown): ',
    enrolled: (name: string) => `The device joined ${name}. The agent is starting.`,
    upgraded: (name: string) => `The agent was upgraded. The device still belongs to ${name}.`,
    watchesOnly:
      'The agent only watches and can keep nothing from starting, since it was not installed as root. To change that: sudo vartio-agent install',
    notAtBoot:
      'There is no systemd on this machine: the agent will not start at boot. Start it with vartio-agent start.',
    seeStatus: (path: string) => `How it is: ${path} status`,
    protectedBy: (name: string, url: string) => `The device is protected by ${name} (${url}).`,
    notEnrolled: 'The device belongs to no organisation.',
    states: { on: 'on', watching: 'watching', off: 'off', failed: 'does not work' },
    reportOnly: 'What is dangerous is only told, nothing is stopped.',
    testRules: 'Test rules only.',
    isolated: 'The device is isolated from the network.',
    canaries: (count: number) => `Decoy files in the folders of documents: ${count}.`,
    spool: (waiting: number, lost: number) => `Waiting to be sent: ${waiting}. Dropped: ${lost}.`,
    refused: (code: string) =>
      `The portal does not know this device (${code}). Enrol it again: vartio-agent install --enrol`,
    lastSeen: (at: string) => `The portal was last reached at ${at}.`,
    never: 'The portal has not been reached yet.',
    hidden: (count: number) => `${count} of these are about other users.`,
    wordForWord: 'Word for word: vartio-agent journal --json, or as a page: vartio-agent page',
    failed: 'This did not succeed.',
    scanned: (files: number, found: number) => `${files} files were looked into, ${found} are dangerous.`,
    restored: 'The file was put back.',
    released: 'The device is no longer isolated. The portal sees it once the device reaches it.',
    uninstalled: 'The agent was removed.',
    uninstalledBut: (count: number, where: string) =>
      `The agent was removed. ${count} files stay in quarantine: ${where}`,
  },
} as const

export const helpText: Readonly<Record<Language, string>> = {
  fi: `vartio-agent KOMENTO

  status             miten laite on suojattu
  journal            mitä tästä laitteesta on lähetetty (--json: sanasta sanaan)
  page               linkki samaan sivuna, tälle käyttäjälle, tunniksi
  scan PATH          tarkasta tiedosto tai kansio
  restore [ID]       palauta karanteenista; ilman tunnusta luettelo (pääkäyttäjä)
  release            pura laitteen eristys, kun portaaliin ei saada yhteyttä (pääkäyttäjä)
  install            asenna tai päivitä; --enrol liittää uudelleen, --portal URL, --code-file FILE
  start, stop        käynnistä ja pysäytä, kun systemd:tä ei ole
  uninstall          poista agentti
  archive FILE       kirjoita paketti muille laitteille`,
  en: `vartio-agent COMMAND

  status             how the device is protected
  journal            what has been sent about this device (--json: word for word)
  page               a link to the same as a page, for this user, for an hour
  scan PATH          look into a file or a folder
  restore [ID]       put back from quarantine; without an ID the list (root)
  release            end the isolation of the device where the portal cannot be reached (root)
  install            install or upgrade; --enrol enrols anew, --portal URL, --code-file FILE
  start, stop        start and stop it where there is no systemd
  uninstall          remove the agent
  archive FILE       write the package for other devices`,
}
