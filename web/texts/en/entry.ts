export const entry = {
  setUp: {
    looking: 'Checking the link…',
    name: 'Set-up',
    title: 'Who answers for the personal data in this Vartio?',
    lead: 'These details are shown in the privacy notice to everyone whose data is handled here.',
    controller: 'Name of the controller',
    controllerWhy: 'A company or body, such as Pohjanlahden Paja Oy',
    businessId: 'Business ID',
    postalAddress: 'Postal address',
    contactEmail: 'E-mail for privacy matters',
    contactEmailWhy: 'People write to this address when they ask about their data.',
    dataProtectionOfficer: 'Data protection officer',
    dataProtectionOfficerWhy: 'A name or a post. Leave this empty if you have none.',
    next: 'Next you verify your own e-mail address and make a passkey. It takes a couple of minutes.',
  },
  nameOrganization: {
    title: 'What is your organisation called?',
    lead: 'It is the provider of this Vartio and the first company it protects. You become its administrator.',
    label: 'Name of the organisation',
    why: 'The name is shown in invitations and in the menu.',
    act: 'Create the organisation',
    signInFirst: 'First show who you are',
    signInWhy: 'The details you gave are kept. Next you verify your e-mail address and make a passkey.',
  },
  confirmed: {
    name: 'Confirmed',
    title: 'Thank you, it is you',
    lead: 'You can close this window and go on where you were.',
  },
  invitation: {
    name: 'Invitation',
    looking: 'Checking the invitation…',
    title: '{{who}} invites you to join {{organization}}',
    titleAlone: 'You are invited to join {{organization}}',
    lead: 'When you continue, you make a passkey of your own or sign in with the account you already have.',
    as: 'Your role',
    address: 'Invited address',
    until: 'The invitation expires',
    unwanted: 'You did not expect this? Close the page. Nothing happens, and the invitation expires by itself.',
  },
  deadLink: {
    open: 'Open Vartio',
    unknown: {
      title: 'There is no way on from here',
      lead: 'Nothing was saved and nothing was lost. Open the link again, or ask whoever gave it to you for a new one.',
    },
    devices: {
      no_code: {
        title: 'This link adds no device any more',
        lead: 'Its code has expired, has been used or revoked, or the link was copied only in part. Ask whoever sent it for a new one.',
      },
    },
    set_up: {
      no_token: {
        title: 'Set-up begins from a link',
        lead: 'Open the link that npm start printed. If this page was reloaded, open the same link again: its secret part is not kept in the browser.',
      },
      link_wrong: {
        title: 'This is not the set-up link of this Vartio',
        lead: 'It may have been copied only in part, or belong to another machine. Copy all of what npm start printed.',
      },
      link_expired: {
        title: 'The set-up link has expired',
        lead: 'It works for one day. Start Vartio again, and npm start prints a new one.',
      },
      already_finished: {
        title: 'This Vartio has already been set up',
        lead: 'The set-up link worked once. Sign in, or ask an administrator to invite you.',
      },
      not_begun: {
        title: 'Set-up was left unfinished',
        lead: 'Begin again from the link that npm start printed. The details you gave are not in use anywhere yet.',
      },
    },
    people: {
      forgotten: {
        title: 'This account has been deleted',
        lead: 'Signing in was under way when the account was deleted. None of your data is here any more.',
      },
    },
    sessions: {
      restricted: {
        title: 'Your data is locked',
        lead: 'You have limited the use of your data, so the portal does not open. Unlock it on the page Your data of your account.',
      },
      sign_in_expired: {
        title: 'Signing in took too long',
        lead: 'It may also have been begun in another browser. Begin again: nothing was lost.',
      },
      sign_in_cancelled: {
        title: 'You cancelled signing in',
        lead: 'Nothing about you was given to the service. You can begin again whenever you like.',
      },
      sign_in_failed: {
        title: 'Signing in did not succeed',
        lead: 'What came back from the sign-in page was not as it must be, so it was not accepted. Begin again.',
      },
      identity_unavailable: {
        title: 'Signing in does not work right now',
        lead: 'Your data is safe. Try again in a moment.',
      },
      address_unverified: {
        title: 'Your account has no verified e-mail address',
        lead: 'The portal lets in only verified addresses. Verify the address in your account, then sign in again.',
      },
      not_signed_in: {
        title: 'Your session has ended',
        lead: 'Nothing was lost. Sign in and go on.',
      },
    },
    invitations: {
      no_token: {
        title: 'Open the invitation again from your e-mail',
        lead: 'The secret part of the link is not kept in the browser, so reloading the page cut it off. The invitation is still good.',
      },
      link_wrong: {
        title: 'There is no such invitation',
        lead: 'The link may have been copied only in part, or the invitation withdrawn. Ask whoever invited you for a new one.',
      },
      already_used: {
        title: 'This invitation has already been used',
        lead: 'If you used it yourself, sign in. If you did not, tell whoever invited you at once.',
      },
      expired: {
        title: 'This invitation has expired',
        lead: 'Invitations are good for a week. Ask whoever invited you to send a new one: it takes one press of a button.',
      },
      wrong_address: {
        title: 'The invitation was sent to another address',
        lead: 'You signed in with another address than the invited one. Sign out and open the invitation again with the right account, or ask to be invited at this address.',
      },
    },
  },
  noAccess: {
    name: 'No access',
    title: 'You do not belong to any organisation yet',
    lead: 'You are signed in as {{email}}. Ask an administrator of your organisation to invite you at this address.',
    leadUnknown: 'Ask an administrator of your organisation to invite you.',
    other: 'Sign out',
  },
  signedOut: {
    name: 'Signed out',
    title: 'You are signed out',
    lead: 'Your session has ended, and nothing of it is left in your browser. You may close the page.',
    again: 'Sign in',
  },
  notPermitted: {
    name: 'Not in your role',
    title: 'This page is not part of your role',
    lead: 'Ask an administrator of your organisation for a role that may see it.',
  },
  notFound: {
    name: 'No such page',
    title: 'There is no page at this address',
    lead: 'The address may be mistyped, or the page removed. Nothing is broken.',
    home: 'To the front page',
  },
  fault: {
    name: 'Fault',
    title: 'This page broke',
    lead: 'The fault is in the page, not in you. Everything you saved is safe.',
  },
  offline: {
    name: 'No connection',
    title: 'Vartio does not answer right now',
    lead: 'Protection and what has been saved are not lost by this.',
  },
}
