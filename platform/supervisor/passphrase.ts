import { createAsker } from '#base/ask'
import { Refusal } from './refusal.ts'

/** Asks for passphrases, one after the other. */
export function createPassphraseAsker(): { ask(question: string): Promise<string>; close(): void } {
  const { ask, close } = createAsker()
  return {
    async ask(question) {
      const answer = await ask(question)
      if (answer === undefined)
        throw new Refusal('usage', 'A passphrase is wanted: type it, or give it as a line on standard input.')
      return answer
    },
    close,
  }
}
