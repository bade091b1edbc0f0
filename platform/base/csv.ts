// Tables as text (RFC 4180), for whatever program opens them.

/**
 * What a spreadsheet would take for a formula is made text by an apostrophe before it (CSV injection): names of devices, files and people come from
 * outside, and a formula runs on the computer of whoever opens the table.
 */
export function csvCell(value: string | number | null): string {
  const text = String(value ?? '')
  const safe = typeof value === 'string' && /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(csvCell).join(',')}\r\n`

/** The mark by which spreadsheets know UTF-8. */
export const csvMark = '\ufeff'
