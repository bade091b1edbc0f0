/** In one statement. */
const mostAtOnce = 200

/**
 * Questions that arrive while a statement is under way share the next one: two at once would cost more and answer nobody sooner. `answerAll` answers
 * in the order of the questions, and says for itself which purpose it reads for: it is asked for whoever came first.
 */
export function gather<Question, Answer>(
  answerAll: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  most = mostAtOnce,
): (question: Question) => Promise<Answer> {
  type Waiting = { readonly question: Question; resolve(answer: Answer): void; reject(error: unknown): void }
  let waiting: Waiting[] = []
  let isUnderWay = false

  const go = () => {
    if (isUnderWay || waiting.length === 0) return
    isUnderWay = true
    // What else arrived at this moment comes along.
    setImmediate(async () => {
      const now = waiting.slice(0, most)
      waiting = waiting.slice(most)
      try {
        const answers = await answerAll(now.map(({ question }) => question))
        for (const [at, { resolve }] of now.entries()) resolve(answers[at] as Answer)
      } catch (error) {
        for (const { reject } of now) reject(error)
      }
      isUnderWay = false
      go()
    })
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject })
      go()
    })
}
