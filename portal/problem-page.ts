import type { Problem } from '#base/errors'
import type { Language } from '#base/languages'

// What a person sees who meets an error while going from one page to another: the app itself has not been loaded then. Errors of its
// interface it tells in its own words (web/texts).

const texts = {
  fi: {
    tooMany: ['Yrityksiä oli liian monta', 'Mitään ei muutettu. Odota minuutti ja yritä uudelleen.'],
    unavailable: ['Vartio ei juuri nyt vastaa', 'Tallennettu on tallessa. Odota hetki ja yritä uudelleen.'],
    problem: ['Tämä ei onnistunut', 'Mitään ei muutettu. Osoite voi olla väärä tai vanhentunut.'],
    home: 'Vartion etusivulle',
    code: 'Virhekoodi',
  },
  en: {
    tooMany: ['Too many attempts', 'Nothing was changed. Wait a minute and try again.'],
    unavailable: ['Vartio does not answer just now', 'What was saved is safe. Wait a moment and try again.'],
    problem: ['This did not work', 'Nothing was changed. The address may be wrong or out of date.'],
    home: 'To the front page of Vartio',
    code: 'Error code',
  },
} as const

const style =
  'body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#1c1f23;background:#fff}main{max-width:32rem;margin:0 auto;padding:3rem 1.25rem}h1{font-size:1.5rem}a{color:#0b57a4}@media (prefers-color-scheme:dark){body{color:#e8eaed;background:#16181b}a{color:#8ab8ee}}'

/** `code` is a word of ours; nothing of what was asked for is repeated on the page. */
export function renderProblem(
  { code, status }: Pick<Problem, 'code' | 'status'>,
  { language, nonce }: { language: Language; nonce: string },
): string {
  const text = texts[language]
  const [title, lead] = status === 429 ? text.tooMany : status === 503 ? text.unavailable : text.problem
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} – Vartio</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${lead}</p>
<p><a href="/">${text.home}</a></p>
<p><small>${text.code}: ${code}</small></p>
</main>
</body>
</html>
`
}
