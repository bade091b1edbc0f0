import type { DomainList, FoundDoors, NewSetting, Setting, Tried } from '#portal/company-sign-in/api'
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
  domains: (organizationId: string) => send<DomainList>('GET', `${at(organizationId)}/domains`),
  addDomain: (organizationId: string, domain: string) =>
    send<void>('POST', `${at(organizationId)}/domains`, { domain }),
  proveDomain: (organizationId: string, domain: string) =>
    send<void>('POST', `${at(organizationId)}/domains/${encodeURIComponent(domain)}/prove`),
  removeDomain: (organizationId: string, domain: string) =>
    send<void>('DELETE', `${at(organizationId)}/domains/${encodeURIComponent(domain)}`),
  lead: (email: string) => send<{ next: string | null }>('POST', '/api/company-sign-in/lead', { email }),
  connect: (organizationId: string) => send<{ next: string }>('POST', `${at(organizationId)}/connect`),
}
export type CompanySetting = Setting
export type TriedSignIn = Tried
export type Domain = DomainList['domains'][number]
