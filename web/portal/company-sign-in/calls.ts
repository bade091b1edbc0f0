import type { FoundDoors, NewSetting, Setting, Tried } from '#portal/company-sign-in/api'
import { send } from '../../design/client.ts'

// What the pages ask of the portal about the organisation's own provider.

const at = (organizationId: string) => `/api/organizations/${encodeURIComponent(organizationId)}/company-sign-in`

export const companySignIn = {
  read: (organizationId: string) => send<Setting>('GET', `${at(organizationId)}`),
  change: (organizationId: string, setting: NewSetting) => send<void>('PUT', `${at(organizationId)}`, setting),
  remove: (organizationId: string) => send<void>('DELETE', `${at(organizationId)}`),
  look: (organizationId: string) => send<FoundDoors>('POST', `${at(organizationId)}/look`),
  beginTry: (organizationId: string) => send<{ next: string }>('POST', `${at(organizationId)}/try`),
  finishTry: (organizationId: string, answer: Record<string, string>) =>
    send<Tried>('POST', `${at(organizationId)}/tried`, answer),
  own: (organizationId: string) => send<{ isOn: boolean }>('GET', `${at(organizationId)}/own`),
  connect: (organizationId: string) => send<{ next: string }>('POST', `${at(organizationId)}/connect`),
}
export type CompanySetting = Setting
export type TriedSignIn = Tried
