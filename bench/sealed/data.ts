import { describe } from '#server/describe'

const about = {
  whose: 'account holder',
  from: 'system',
  why: 'to measure what sealing costs',
  purposes: ['service'],
  basis: 'eu-gdpr:A6-1-b',
  seenBy: ['administrator'],
} as const

const shared = {
  organization_id: 'the organisation',
  device_id: 'number of the device',
  last_seen: 'when it was last seen',
  platform: 'what kind of device it is',
}

/** What the bench's area of devices keeps, described as every area's. */
export const data = describe(
  'appliances',
  {
    device: {
      meaning: 'devices, sealed',
      owner: { column: 'device_id', kind: 'device', scope: 'organization_id' },
      keep: { with: 'organization' },
      about,
      sealed: {
        column: 'sealed',
        fields: { name: { what: 'pd:Name' }, serial: { what: 'pd:UID' }, ip: { what: 'pd:IPAddress' } },
        tokens: { serial_token: 'serial', name_tokens: 'name' },
      },
      columns: shared,
    },
    plain: {
      meaning: 'the same devices with nothing sealed',
      keep: { with: 'organization' },
      about,
      columns: { ...shared, name: { what: 'pd:Name' }, serial: { what: 'pd:UID' }, ip: { what: 'pd:IPAddress' } },
    },
  },
  {
    search: { reads: ['device.sealed'] },
    search_plain: { reads: ['plain.name', 'plain.serial', 'plain.ip'] },
  },
)
