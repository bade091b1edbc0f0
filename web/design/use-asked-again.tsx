import { type ReactNode, useState } from 'react'
import { codeOf } from './client.ts'
import { ConfirmationGivenUp } from './given-up.ts'

type Asked = { retry: () => void; giveUp: (error: unknown) => void }

export type AskProps = { confirmed: () => void; close: () => void }

/**
 * Runs what only the person themself may do. When the server wants their passkey first (`needed` is the code it says so with), it is asked
 * for and the same thing is done again: an open computer alone is not enough, and what is filled in stays where it is.
 */
export function useAskedAgain(
  needed: string,
  Ask: (props: AskProps) => ReactNode,
): [run: <T>(act: () => Promise<T>) => Promise<T>, dialog: ReactNode] {
  const [asked, setAsked] = useState<Asked>()
  const run = async <T,>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act()
    } catch (error) {
      if (codeOf(error) !== needed) throw error
      await new Promise<void>((retry, giveUp) => setAsked({ retry, giveUp }))
      return act()
    }
  }
  const dialog = asked ? (
    <Ask
      confirmed={() => {
        setAsked(undefined)
        asked.retry()
      }}
      close={() => {
        setAsked(undefined)
        asked.giveUp(new ConfirmationGivenUp())
      }}
    />
  ) : null
  return [run, dialog]
}
