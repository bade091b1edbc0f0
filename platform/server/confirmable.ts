// No import that a browser could not load: the web uses the same words.

/** Commands that hand out or change data or keys: each goes on only after somebody with the right to it has confirmed it. */
export const confirmable = ['backup', 'keys backup', 'keys rotate', 'cloud rotate', 'bookkeeping export'] as const
export type Confirmable = (typeof confirmable)[number]
