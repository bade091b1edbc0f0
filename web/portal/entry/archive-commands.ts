import type { Reach } from '#portal/devices/api'

export type BuiltArchive = NonNullable<Reach['archive']>

const file = 'vartio-agent.tar.gz'

/** Stops when what came is not what this page was told of. */
export const fetchCommand = (portalUrl: string, { sha256 }: BuiltArchive): string =>
  `curl -fsS -o ${file} ${portalUrl}/device/agent.tar.gz && echo "${sha256}  ${file}" | sha256sum -c && tar -xzf ${file}`

/** For whoever keeps the key of an earlier time, or hears it from somebody: this page alone proves no more than its hash does. */
export const signatureCommand = (portalUrl: string, { key }: BuiltArchive): string =>
  `curl -fsS -o ${file}.sig ${portalUrl}/device/agent.tar.gz.sig && echo ${key} | base64 -d > vartio.key && openssl pkeyutl -verify -pubin -keyform DER -inkey vartio.key -rawin -in ${file} -sigfile ${file}.sig`
