import { AppError } from '#base/errors'

export const notProvider = () => new AppError('rule_sets.not_provider', 404, 'Only the provider chooses rule sets.')

export const notFound = () => new AppError('rule_sets.not_found', 404, 'There is no such rule set.')

export const exists = () => new AppError('rule_sets.exists', 409, 'There is a rule set of that name already.')

export const tooMany = () => new AppError('rule_sets.too_many', 409, 'There are as many rule sets as there can be.')

export const badAddress = () =>
  new AppError('rule_sets.bad_address', 422, 'An address begins with https:// and has no name or password in it.')

export const ownNetwork = (cause?: unknown) =>
  new AppError(
    'rule_sets.own_network',
    422,
    'The address leads into an own network. Name the mirror in VARTIO_RULE_MIRRORS.',
    { cause },
  )

export const notFetched = (why: string, cause?: unknown) =>
  new AppError('rule_sets.not_fetched', 502, `It could not be fetched: ${why}.`, cause === undefined ? {} : { cause })

export const tooLarge = () => new AppError('rule_sets.too_large', 422, 'It is larger than a rule set may be.')

export const otherHash = () => new AppError('rule_sets.other_hash', 422, 'It is not what its SHA-256 says.')

export const noAddress = () =>
  new AppError('rule_sets.no_address', 409, 'It was brought by hand and has no address to fetch it from.')

export const otherVersion = () =>
  new AppError('rule_sets.other_version', 404, 'There is another version now; a check-in tells which.')

export const notReady = () => new AppError('rule_sets.not_ready', 409, 'It is not ready to be used.')

export const notBundleKey = (cause?: unknown) =>
  new AppError(
    'rule_sets.not_bundle_key',
    422,
    'This is a signed bundle. Give the key of the Vartio it comes from; its page of rule sets shows it.',
    { cause },
  )
