import { domainToASCII } from 'node:url'
import { z } from 'zod'
import { isReadable } from '#base/fields'
import { addressInvalid, nameInvalid, pictureInvalid } from './errors.ts'

/** An address in the one form in which it is compared and kept: lower case, the domain as DNS writes it. */
export type Address = string & { readonly kind?: 'address' }

/**
 * Takes what a person typed. Narrower than RFC 5321 §4.1.2 on purpose: no quoted local parts, comments, address literals or single-label
 * domains, so that an address can neither carry a header nor name a machine inside the house.
 */
export function readAddress(text: string): Address {
  if (text.length > 320) throw addressInvalid()
  const typed = text.trim().normalize('NFC').toLowerCase()
  const at = typed.lastIndexOf('@')
  const local = typed.slice(0, at)
  const domain = domainToASCII(typed.slice(at + 1))
  if (at < 1 || local.length > 64 || domain.length > 253) throw addressInvalid()
  const address = `${local}@${domain}`
  // The same rule as when mail is sent: what is accepted here can be written to.
  if (address.length > 254 || !z.email().safeParse(address).success) throw addressInvalid()
  return address
}

/**
 * A name as people write them: any letters, one line. What cannot be seen is refused, since with it a name could make a page or mail
 * read as something else.
 */
export function readName(text: string): string {
  if (text.length > 400) throw nameInvalid()
  const name = text.normalize('NFC').trim().replace(/\s+/gu, ' ')
  if (name.length > 100 || !isReadable(name) || /[\p{Co}\p{Cn}]/u.test(name)) throw nameInvalid()
  return name
}

/** A link to a picture elsewhere (ID-25). It is kept and released as text: nothing of ours ever follows it. Empty: there is none. */
export function readPicture(text: string): string | null {
  const trimmed = text.trim()
  if (trimmed === '') return null
  const url = trimmed.length > 500 ? null : URL.parse(trimmed)
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '' || url.href.length > 500)
    throw pictureInvalid()
  return url.href
}
