/** From ten thousand on in groups of three, as both languages do, with a space at which no line breaks; years and the like stay whole. */
export function sayNumber(value: number): string {
  const text = String(value)
  return /^-?\d{5,}$/.test(text) ? text.replace(/\B(?=(\d{3})+$)/g, '\u202f') : text
}
