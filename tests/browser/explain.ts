import type { Page } from 'playwright-core'

// What a failure in a browser tells whoever was not there. CI shows the end of a long output only, so the whole comes first and what matters once more at the end.

type Seen = {
  readonly name: string
  readonly page: Page
  readonly picture: string
  readonly complaints: readonly string[]
}

/** What stands in the fields of the dialog that is open, by their names: a snapshot leaves out what a browser shows in parts, dates for one. */
async function readDialog(page: Page): Promise<string[]> {
  const fields = page.getByRole('dialog').last().locator('input, select, textarea')
  return fields.evaluateAll((elements) =>
    (elements as HTMLInputElement[]).map(({ name, id, type, value, checked, validationMessage }) => {
      const what = type === 'checkbox' || type === 'radio' ? `${value} ${checked ? 'chosen' : 'not chosen'}` : value
      return `${name || id} = ${JSON.stringify(what)}${validationMessage === '' ? '' : ` (${validationMessage})`}`
    }),
  )
}

const indent = (text: string, mark: string) => text.replace(/^/gm, `  ${mark} `)

/** Answers what to print: where each person was and what the page showed, what the server said last, and where it broke. */
export async function explain(at: {
  readonly step: string
  readonly error: unknown
  readonly seen: readonly Seen[]
  readonly server: string
}): Promise<string> {
  const parts = [`\nIt broke in: ${at.step}`]
  const dialogs: string[] = []
  for (const { name, page, picture, complaints } of at.seen) {
    await page
      .screenshot({ path: picture, fullPage: true, timeout: 5_000 })
      .catch((error: Error) => parts.push(error.message))
    const text = await page
      .locator('body')
      .ariaSnapshot({ timeout: 2_000 })
      .catch((error: Error) => error.message)
    parts.push(`${name} was at ${page.url()} (${picture}):\n${indent(text.slice(0, 8_000), '|')}`)
    parts.push(...complaints.map((complaint) => `  ! ${complaint}`))
    const fields = await readDialog(page).catch((error: Error) => [error.message])
    if (fields.length > 0) dialogs.push(`In the dialog of ${name}:\n${indent(fields.join('\n'), '=')}`)
  }
  parts.push(`Vartio said last:\n${indent(at.server.slice(-6_000), '>')}`)
  const { error } = at
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  parts.push(...dialogs, `It broke in: ${at.step}`, reason.slice(0, 1_500))
  return parts.join('\n')
}
