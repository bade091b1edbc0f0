/** "Pääkäyttäjä, tietosuojavastaava": several names in one line, the first alone with its capital. */
export const listed = (names: readonly string[]): string =>
  names.map((name, index) => (index === 0 ? name : name.charAt(0).toLocaleLowerCase() + name.slice(1))).join(', ')
