import { describe } from '#server/describe'

export const data = describe(
  'overview',
  {
    standing: {
      meaning: 'how an organisation stood when it was last worked out, for the list of whoever looks after many',
      keep: { with: 'organization' },
      columns: {
        organization_id: 'the organisation',
        taken_at: 'when it was worked out',
        needs: 'what needs somebody: words of ours with counts, worst first',
        devices: 'how many devices it has',
        protected: 'how many of them are protected',
        detections: 'how many detections there were in thirty days',
      },
    },
  },
  { standings_of: 'counts of an organisation' },
)
