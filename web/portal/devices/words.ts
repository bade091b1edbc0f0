import i18next from 'i18next'
import { useTexts } from '../../texts/use-texts.ts'
import type { DeviceState } from '../api.ts'

export const looks: Readonly<Record<DeviceState, 'good' | 'waiting' | 'over' | 'refused'>> = {
  failed: 'refused',
  off: 'refused',
  silent: 'waiting',
  watching: 'over',
  isolated: 'over',
  reporting: 'waiting',
  protected: 'good',
}

/** A word of a newer agent than this page is shown as it is. */
const say = (group: 'whys' | 'protectionNames', word: string): string =>
  i18next.exists(`${group}.${word}`) ? i18next.t(`${group}.${word}` as 'whys.policy') : word

export function useFleetWords() {
  const t = useTexts()
  return {
    state: (state: DeviceState) => t(`deviceState.${state}`),
    protection: (name: string) => say('protectionNames', name),
    why: (why: string) => say('whys', why),
  }
}
