import i18next from 'i18next'
import { useTexts } from '../../texts/use-texts.ts'

/** What was done, in words; an action of a newer server than this page is shown by its code. */
export function useActionNames(): (action: string) => string {
  useTexts()
  return (action) =>
    i18next.exists(`actions.${action}`) ? i18next.t(`actions.${action}` as 'actions.unknown') : action
}
