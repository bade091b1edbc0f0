import type { Next, Problem } from '#base/errors'
import type { Language } from '#base/languages'
import { markup } from '#base/markup'
import type { ErrorPage } from './http-errors.ts'
import { renderPage } from './page.ts'

// What a person sees who meets an error while going from one page to another. Errors of an app's interface the app tells itself (web/texts).

export type Words = readonly [title: string, lead: string]

const texts = {
  fi: {
    notFound: ['Täällä ei ole sivua', 'Osoite on väärä tai sivu on poistunut.'],
    tooMany: [
      'Liian monta yritystä',
      'Mitään ei muutettu. Odota hetki ja yritä uudelleen. Rajoitus suojaa arvaamiselta.',
    ],
    unavailable: ['Palvelu ei vastaa juuri nyt', 'Mitään ei kadonnut. Yritä hetken kuluttua uudelleen.'],
    problem: ['Tämä ei onnistunut', 'Mitään ei muutettu. Osoite voi olla väärä tai vanhentunut.'],
    again: 'Yritä uudelleen',
    home: 'Jatka Vartioon',
    onward: 'Jatka palveluun:',
    code: 'Virhekoodi',
  },
  en: {
    notFound: ['There is no page here', 'The address is wrong or the page is gone.'],
    tooMany: [
      'Too many attempts',
      'Nothing was changed. Wait a moment and try again. The limit keeps others from guessing.',
    ],
    unavailable: ['The service does not answer just now', 'Nothing was lost. Try again in a moment.'],
    problem: ['This did not work', 'Nothing was changed. The address may be wrong or out of date.'],
    again: 'Try again',
    home: 'Continue to Vartio',
    onward: 'Continue to',
    code: 'Error code',
  },
} as const satisfies Record<Language, Record<string, string | Words>>

/** What went wrong, what is safe, and one way on; the code, a word of ours, is there for whoever is asked for help. */
export function renderProblem(options: {
  language: Language
  problem: Pick<Problem, 'code' | 'status'>
  home: string
  /** Known better than home. */
  next?: Next | undefined
  /** Set where the same address may simply be asked for once more. */
  again?: string | undefined
  /** Where an area knows better what its error means to a person. */
  words?: Words | undefined
}): string {
  const { language, problem, home, next } = options
  const text = texts[language]
  const mayPass = problem.status === 429 || problem.status === 503
  const again = mayPass ? options.again : undefined
  const [title, lead] = options.words ?? text[kindOf(problem.status)]
  return renderPage({
    language,
    title,
    lead,
    body: [
      again !== undefined && markup`<p><a class="button main" href="${again}">${text.again}</a></p>`,
      markup`<p><a class="button${again === undefined && ' main'}" href="${next?.address ?? home}">${
        next ? `${text.onward} ${next.name}` : text.home
      }</a></p>`,
      markup`<p class="hint">${text.code}: ${problem.code}</p>`,
    ],
  })
}

function kindOf(status: number) {
  if (status === 404) return 'notFound'
  if (status === 429) return 'tooMany'
  if (status === 503) return 'unavailable'
  return 'problem'
}

export function createErrorPage(
  home: string,
  findWords?: (problem: Pick<Problem, 'code'>, language: Language) => Words | undefined,
): ErrorPage {
  return (problem, { language, method, url, next }) =>
    renderProblem({
      language,
      problem,
      home,
      next,
      // `//elsewhere` is a path to us and another site to a browser that follows it as a link.
      again: method === 'GET' && /^\/(?![/\\])/.test(url) ? url : undefined,
      words: findWords?.(problem, language),
    })
}
