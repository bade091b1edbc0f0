/** What happened, what is safe, what to do: by the code of the answer. */
export const problems = {
  unknown:
    'This did not succeed, and nothing was changed. Try again; if it goes on, tell the error code to whoever runs Vartio.',
  not_permitted:
    'Your role does not reach this far. Nothing was changed. Ask an administrator to do it or to give you a role.',
  not_found: 'This is no longer here. Somebody may have removed it. Reload the page.',
  too_many: 'There were too many tries. Nothing was changed. Wait a minute and try again.',
  web: {
    no_answer:
      'Vartio does not answer. What was saved is safe, but this did not get through. Check the connection and try again.',
    strange_answer:
      'The answer did not come from Vartio. Something in between, such as a proxy, answered for it. Try again in a moment.',
    fault: 'There is a fault in the page. Nothing was changed. Reload the page.',
  },
  sessions: {
    not_signed_in: 'Your session has ended. Nothing was lost. Reload the page to sign in.',
  },
  people: {
    last_administrator:
      'An organisation must have at least one administrator, so nothing was changed. Make another person an administrator first.',
  },
  invitations: {
    already_member: 'This address already has access to this organisation. No invitation was sent.',
    already_invited: 'There is already an open invitation to this address. Send it again from the list if needed.',
  },
  organizations: {
    organization_not_found: 'There is no such organisation, or you are not part of it. Nothing was changed.',
    kind_not_allowed: 'An organisation of this kind cannot be added under this one. Nothing was added.',
    company_decides:
      'This company has an administrator of its own. Only they decide who looks after it. Nothing was changed.',
    not_outsourced: 'This is no longer looked after. Somebody may have ended it. Reload the page.',
  },
}
