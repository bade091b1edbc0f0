import type { Language } from '#base/languages'

const fi = {
  home: 'Jatka Vartioon',
  signedOutTitle: 'Olet kirjautunut ulos',
  signedOutLead: 'Tämän selaimen istunto on päättynyt. Voit sulkea sivun.',
  signOutTitle: 'Kirjaudutaanko ulos?',
  signOutLead: 'Istuntosi päättyy kaikissa palveluissa, joihin kirjauduit tällä tunnuksella tässä selaimessa.',
  signOut: 'Kirjaudu ulos',
  stay: 'Pysy kirjautuneena',
  notSignedInTitle: 'Et kirjautunut sisään',
  notSignedInLead: 'Keskeytit kirjautumisen. Mitään ei muuttunut, ja voit sulkea sivun.',
  signIn: 'Kirjaudu omaan tiliisi',
  leaving: 'Siirrytään palveluun',
  leavingLead: 'Jos sivu ei vaihdu itsestään, paina painiketta.',
  carryOn: 'Jatka',
  expiredTitle: 'Tämä kirjautuminen on päättynyt',
  expiredLead:
    'Kirjautuminen ehti vanhentua, se on jo tehty loppuun tai se aloitettiin toisessa selaimessa. Tietosi ovat tallessa.',
  requestTitle: 'Palvelun pyyntö ei kelpaa',
  requestLead: 'Palvelu, josta tulit, lähetti pyynnön, jota emme voi toteuttaa. Palaa palveluun ja yritä uudelleen.',
  scriptNeeded: 'Pääsyavain tarvitsee selaimen JavaScriptin. Salli se tälle sivulle tai kirjaudu palautuskoodilla.',
  passkeyUnsupported: 'Tämä selain ei osaa pääsyavaimia. Käytä uudempaa selainta tai toista laitetta.',
  passkeyCancelled: 'Pääsyavainta ei käytetty. Yritä uudelleen, kun olet valmis.',
  passkeyAlready: 'Tällä laitteella on jo pääsyavain tilillesi.',
  passkeyFailed: 'Pääsyavain ei toiminut. Yritä uudelleen.',
  passkeyRefused:
    'Tätä pääsyavainta ei hyväksytty. Se voi kuulua tilille, jota ei enää ole. Kokeile toista pääsyavainta tai luo tili.',
  addressTaken: 'Tällä osoitteella on jo tili. Kirjaudu sisään.',
  accountOver: 'Tätä tiliä ei käytetty neljään kuukauteen, joten sitä poistetaan. Voit luoda uuden tilin.',
}

const en: typeof fi = {
  home: 'Continue to Vartio',
  signedOutTitle: 'You have signed out',
  signedOutLead: 'The session of this browser has ended. You can close the page.',
  signOutTitle: 'Sign out?',
  signOutLead: 'Your session ends in every service you signed in to with this account in this browser.',
  signOut: 'Sign out',
  stay: 'Stay signed in',
  notSignedInTitle: 'You are not signed in',
  notSignedInLead: 'You broke the sign-in off. Nothing has changed, and you can close this page.',
  signIn: 'Sign in to your account',
  leaving: 'Taking you to the service',
  leavingLead: 'If the page does not change by itself, press the button.',
  carryOn: 'Continue',
  expiredTitle: 'This sign-in has ended',
  expiredLead: 'It ran out of time, was already finished, or was begun in another browser. Your data is safe.',
  requestTitle: 'The service sent a request we cannot carry out',
  requestLead: 'Go back to the service you came from and try again.',
  scriptNeeded: 'A passkey needs JavaScript. Allow it for this page, or sign in with a recovery code.',
  passkeyUnsupported: 'This browser does not know passkeys. Use a newer browser or another device.',
  passkeyCancelled: 'No passkey was used. Try again when you are ready.',
  passkeyAlready: 'This device has a passkey for your account already.',
  passkeyFailed: 'The passkey did not work. Try again.',
  passkeyRefused:
    'This passkey was not accepted. It may belong to an account that is gone. Try another one, or create an account.',
  addressTaken: 'This address has an account already. Sign in.',
  accountOver: 'This account was not used for four months, so it is being deleted. You can create a new one.',
}

export const texts: Readonly<Record<Language, typeof fi>> = { fi, en }
