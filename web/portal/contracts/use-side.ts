import { useOrganization } from '../session.ts'

/** Whoever runs this Vartio looks after every contract and approves; any other organisation sees its own services. */
export const useIsProvider = (): boolean => useOrganization().kinds.includes('provider')
