import type { Offered } from '#portal/devices/api'

export type { Offered }

/** Where the portal hands each of them out. */
export type Form = 'tar.gz' | 'deb'

/** Stops when what came is not what this page was told of. */
const fetchAndCheck = (portalUrl: string, { fileName, sha256 }: Offered, form: Form): string =>
  `curl -fsS -o ${fileName} ${portalUrl}/device/agent.${form} && echo "${sha256}  ${fileName}" | sha256sum -c`

export const fetchCommand = (portalUrl: string, archive: Offered): string =>
  `${fetchAndCheck(portalUrl, archive, 'tar.gz')} && tar -xzf ${archive.fileName}`

/** Whoever has a repository of their own puts it there instead of installing it here. */
export const fetchPackageCommand = (portalUrl: string, debianPackage: Offered): string =>
  fetchAndCheck(portalUrl, debianPackage, 'deb')

/** The code is asked for, and is in no list of processes. */
export const installPackageCommand = ({ fileName }: Offered): string =>
  `sudo apt install ./${fileName} && sudo vartio-agent enrol`

/** For whoever keeps the key of an earlier time, or hears it from somebody: this page alone proves no more than its hash does. */
export const signatureCommand = (portalUrl: string, { fileName, key }: Offered, form: Form): string =>
  `curl -fsS -o ${fileName}.sig ${portalUrl}/device/agent.${form}.sig && echo ${key} | base64 -d > vartio.key && openssl pkeyutl -verify -pubin -keyform DER -inkey vartio.key -rawin -in ${fileName} -sigfile ${fileName}.sig`
