import { useSearch } from '@tanstack/react-router'
import { DeadLink } from './dead-link.tsx'

/** Where a sign-in ends that did not succeed: what was the matter, and the way on. */
export function SignInProblemPage() {
  const { code } = useSearch({ from: '/sign-in/problem' })
  return <DeadLink code={code} />
}
