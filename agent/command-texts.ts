import type { Language } from '#base/languages'

export const commandTexts = {
  fi: {
    askCode: 'Liittämiskoodi (sitä ei näytetä): ',
    enrolled: (name: string) => `Laite liitettiin: ${name}. Agentti käynnistyy.`,
    upgraded: (name: string) => `Agentti päivitettiin. Laite kuuluu edelleen: ${name}.`,
    notJoined:
      'Laitetta ei ole vielä liitetty, joten sitä ei suojata. Liitä se: sudo vartio-agent enrol (kysyy liittämiskoodin)',
    packageStays: 'Paketti on edelleen asennettu: sudo apt remove vartio-agent',
    watchesOnly: (command: string) =>
      `Agentti vain seuraa eikä voi estää mitään käynnistymästä, koska sitä ei asennettu pääkäyttäjänä. Suojaus päälle: sudo ${command} install`,
    notAtBoot: (command: string) =>
      `Agentti ei käynnisty itsestään, kun kone käynnistetään, koska ${command === 'vartio-agent' ? 'tässä koneessa ei ole systemd:tä' : 'se ei ole koko koneen'}. Käynnistä se: ${command} start`,
    nowRoots: (before: string) => `Agentti on nyt koko koneen. Se, joka vain seurasi, poistettiin: ${before}`,
    stayed: (count: number, where: string) => `Sen karanteeniin jäi ${count} tiedostoa: ${where}`,
    seeStatus: (path: string) => `Tila: ${path} status`,
    protectedBy: (name: string, url: string) => `Laitetta suojaa ${name} (${url}).`,
    notEnrolled: 'Laitetta ei ole liitetty mihinkään organisaatioon.',
    reportOnly: 'Vaarallisesta vain kerrotaan, mitään ei pysäytetä.',
    testRules: 'Vain koesäännöt: oikeita sääntöjä ei ole vielä otettu käyttöön.',
    isolated: 'Laite on eristetty verkosta.',
    canaries: (count: number) => `Houkutustiedostoja asiakirjakansioissa: ${count}.`,
    spool: (waiting: number, lost: number) => `Odottaa lähetystä: ${waiting}. Pudonnut: ${lost}.`,
    refused: (code: string, command: string) =>
      `Portaali ei tunne tätä laitetta (${code}). Liitä se uudelleen: ${command} install --enrol`,
    lastSeen: (at: string) => `Portaaliin saatiin yhteys viimeksi ${at}.`,
    never: 'Portaaliin ei ole vielä saatu yhteyttä.',
    hidden: (count: number) => `${count} asiaa koskee muita käyttäjiä.`,
    wordForWord: (command: string) => `Sanasta sanaan: ${command} journal --json, tai sivuna: ${command} page`,
    failed: 'Tämä ei onnistunut.',
    scanned: (files: number, found: number) => `Tarkastettiin ${files} tiedostoa, vaarallisia ${found}.`,
    notSeen: (count: number) =>
      `Niistä tai niiden lisäksi ${count} jäi kokonaan tai osaksi tarkastamatta: niitä ei sanota puhtaiksi.`,
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
    notJoined:
      'This device has not joined yet, so it is not protected. To join: sudo vartio-agent enrol (it asks for the code)',
    packageStays: 'The package is still installed: sudo apt remove vartio-agent',
    watchesOnly: (command: string) =>
      `The agent only watches and can keep nothing from starting, since it was not installed as root. To change that: sudo ${command} install`,
    notAtBoot: (command: string) =>
      `The agent will not start at boot, since ${command === 'vartio-agent' ? 'there is no systemd on this machine' : 'it is not that of the whole machine'}. Start it: ${command} start`,
    nowRoots: (before: string) =>
      `The agent is now that of the whole machine. The one that only watched was removed: ${before}`,
    stayed: (count: number, where: string) => `${count} files stay in its quarantine: ${where}`,
    seeStatus: (path: string) => `How it is: ${path} status`,
    protectedBy: (name: string, url: string) => `The device is protected by ${name} (${url}).`,
    notEnrolled: 'The device belongs to no organisation.',
    reportOnly: 'What is dangerous is only told, nothing is stopped.',
    testRules: 'Test rules only: no real rules are in use yet.',
    isolated: 'The device is isolated from the network.',
    canaries: (count: number) => `Decoy files in the folders of documents: ${count}.`,
    spool: (waiting: number, lost: number) => `Waiting to be sent: ${waiting}. Dropped: ${lost}.`,
    refused: (code: string, command: string) =>
      `The portal does not know this device (${code}). Enrol it again: ${command} install --enrol`,
    lastSeen: (at: string) => `The portal was last reached at ${at}.`,
    never: 'The portal has not been reached yet.',
    hidden: (count: number) => `${count} of these are about other users.`,
    wordForWord: (command: string) => `Word for word: ${command} journal --json, or as a page: ${command} page`,
    failed: 'This did not succeed.',
    scanned: (files: number, found: number) => `${files} files were looked into, ${found} are dangerous.`,
    notSeen: (count: number) =>
      `Of them or besides, ${count} could not be looked into, or not to the end: they are not called clean.`,
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
  support [FILE]     kokoa tekniset tiedot tiedostoon sille, joka auttaa; kertoo ensin mitä, kysyy (--yes: ei kysy), ei lähetä mitään
  install            asenna tai päivitä; --enrol liittää uudelleen, --portal URL, --code-file FILE
  enrol              liitä laite: kysyy koodin, tai lukee sen tiedostosta /etc/vartio-agent/enrol
  start, stop        käynnistä ja pysäytä, kun systemd:tä ei ole
  uninstall          poista agentti
  archive FILE       kirjoita paketti muille laitteille
  package FILE       kirjoita sama Debian-pakettina; --portal URL`,
  en: `vartio-agent COMMAND

  status             how the device is protected
  journal            what has been sent about this device (--json: word for word)
  page               a link to the same as a page, for this user, for an hour
  scan PATH          look into a file or a folder
  restore [ID]       put back from quarantine; without an ID the list (root)
  release            end the isolation of the device where the portal cannot be reached (root)
  support [FILE]     gather technical data into a file for whoever helps; says first what, asks (--yes: does not), sends nothing
  install            install or upgrade; --enrol enrols anew, --portal URL, --code-file FILE
  enrol              join: asks for the code, or reads it from /etc/vartio-agent/enrol
  start, stop        start and stop it where there is no systemd
  uninstall          remove the agent
  archive FILE       write the package for other devices
  package FILE       write the same as a Debian package; --portal URL`,
}
