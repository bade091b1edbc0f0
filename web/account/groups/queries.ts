import { queries } from '../../design/start.tsx'

export const groupsKey = ['groups'] as const
export const groupKey = (groupId: string) => [...groupsKey, groupId] as const

/** Whatever was done to a group, its page and the list say it. */
export const refreshGroups = () => queries.invalidateQueries({ queryKey: groupsKey })
