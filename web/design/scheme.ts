import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core'

export type Theme = 'system' | 'light' | 'dark'

export const schemeOf = (theme: Theme): MantineColorScheme => (theme === 'system' ? 'auto' : theme)

/**
 * Mantine would keep the choice in localStorage. Nothing readable may lie in the browser (ID-103, ID-107):
 * it lives in this page's memory and comes from the account, or from the system when the account says nothing.
 */
export function createScheme(theme: Theme): MantineColorSchemeManager {
  let scheme = schemeOf(theme)
  return {
    get: () => scheme,
    set: (value) => {
      scheme = value
    },
    subscribe: () => undefined,
    unsubscribe: () => undefined,
    clear: () => {
      scheme = 'auto'
    },
  }
}
