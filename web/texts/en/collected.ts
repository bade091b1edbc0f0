export const collected = {
  collected: {
    who: 'Who sees anything of you',
    whoWhy: 'Each of them answers for its own processing, under its own policy.',
    self: 'your own organisation',
    provider: 'the provider of this Vartio',
    since: 'Answers for its processing since',
    policy: 'Its own policy',
    noPolicy: 'Has not said where its policy is',
    grounds: 'On which ground your device is protected',
    noGrounds: 'Your organisation has not said it yet',
    noGroundsWhy: 'Ask an administrator of your organisation. They can write the grounds on the page of organisations.',
    device: 'What is collected of protected devices',
    deviceOff: 'Protection of devices is not subscribed to, so nothing is collected of devices now.',
    portal: 'What is known of people in the portal',
    what: 'What',
    why: 'Why',
    keep: 'For how long',
    seenBy: 'Who sees it',
    notCollected:
      'Where you go, what is in your pictures, whom you talk with and which sites you visit is not collected. Only a program or a script can be fetched from your device, and you are told.',
    account: 'Your data and your rights',
    title: 'Answering for one’s own processing',
    titleWhy:
      'Your organisation answers itself for its processing of personal data. Your people see this, and so does whoever looks after your company.',
    policyUrl: 'Address of your own policy',
    policyUrlWhy: 'Begins with https://',
    groundsLabel: 'On which ground devices are protected',
    groundsWhy:
      'Your people read this on a page of their own. For example: the employer’s legitimate interest in protecting devices from malware.',
    saved: 'Kept.',
  },
}
