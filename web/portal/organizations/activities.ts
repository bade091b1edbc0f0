import type { Activity } from '../api.ts'

/** What can be handed over; one company may hand over one of them and keep the others. */
export const activities: readonly Activity[] = ['it-management', 'service-support', 'incident-resolution', 'invoicing']
