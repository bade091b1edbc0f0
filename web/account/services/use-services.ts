import { useQuery } from '@tanstack/react-query'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { type ServiceList, services } from '../api.ts'

export const servicesKey = ['services'] as const
export type Service = ServiceList['services'][number]

export const useServices = () => useQuery({ queryKey: servicesKey, queryFn: services.list })

/** Items in words: "nimi, kieli, Henkilötunnus". */
export function useItemText(types: ServiceList['types'] | undefined) {
  const t = useTexts()
  const language = useLanguage()
  return (items: Service['items']) =>
    items
      .map(({ kind, type }) => (type === null ? undefined : types?.[type]?.[language]) ?? t(`released.items.${kind}`))
      .join(', ')
}
