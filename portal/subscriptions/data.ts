import { describe } from '#server/describe'

export const data = describe(
  'subscriptions',
  {
    subscription: {
      meaning: 'what a company subscribes to, how much of it, and from when to when',
      keep: { with: 'organization' },
      columns: {
        organization_id: 'the company',
        module: 'which part of Vartio, a word of ours',
        subscription_key: 'number of the subscription (EP-16)',
        seats: 'for how many devices; nothing: as many as it likes',
        begins_at: 'from when',
        ends_at: 'until when; nothing: without an end',
        sold_by: 'which organisation has sold it',
        changed_at: 'when this was last changed',
      },
    },
    month: {
      meaning: 'for invoices: the most devices a company had in a month',
      keep: { with: 'organization' },
      columns: {
        organization_id: 'the company',
        module: 'which part of Vartio, a word of ours',
        month: 'first day of the month',
        devices: 'the most devices there were at once; a number',
      },
    },
  },
  {
    all_ended: 'numbers of organisations and times',
    invoiced: 'numbers of organisations and counts',
    not_collecting: 'numbers of organisations',
  },
)
