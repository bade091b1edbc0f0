import { describe } from '#server/describe'

export const data = describe(
  'removals',
  {
    removal: {
      meaning:
        'that a company is to be removed from this Vartio or has asked for it, and when it goes (PT-11, PT-12, RT-02)',
      keep: { with: 'organization' },
      columns: {
        organization_id: 'the company',
        decider_id: 'which organisation has added it, and decides where that is an operator',
        state: 'how far it is, a word of ours',
        cause: 'why, a word of ours',
        asked_at: 'when the company asked',
        decide_by: 'until when the operator is to decide',
        because: 'why the operator declined, a word of ours',
        noticed_at: 'when it was decided',
        due_at: 'the day on which everything goes',
        before: 'when each of its subscriptions would have ended, should the notice be taken back',
      },
    },
  },
  {
    due: 'numbers of organisations',
    of_decider: 'numbers of organisations, how far their removal is, and days',
    waiting: 'numbers of organisations',
  },
)
