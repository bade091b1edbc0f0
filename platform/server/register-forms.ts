import { interests } from './interests.ts'
import { purposes, type Words } from './purpose.ts'
import { durationOf, type RegisterLine } from './register.ts'
import { inWords, seenByOf } from './register-words.ts'
import { namespaces, persons, sources } from './vocabulary.ts'

// The register for machines: what other tools of the trade read.

/** Art. 6(1)(b) as TILT names it. */
const tiltBasis = (basis: string) => basis.replace(/^eu-gdpr:A/, 'GDPR-')

/**
 * The parts of a TILT document (Transparency Information Language) that descriptions can tell: what is disclosed and where it comes from. Who
 * the controller is, and where rights are exercised, whoever publishes it adds.
 */
export function registerAsTilt(lines: readonly RegisterLine[], language: keyof Words) {
  return {
    dataDisclosed: lines.map((line) => {
      const said = inWords(line, language)
      const ttl = durationOf(line.keep)
      return {
        _id: `${line.program}.${line.table}`,
        category: said.data.join(', '),
        purposes: line.purposes.map((name) => ({
          purpose: purposes[name].words[language],
          description: line.why.join('; '),
        })),
        legalBases: line.bases.map((basis, index) => ({ reference: tiltBasis(basis), description: said.bases[index] })),
        legitimateInterests: line.interests.map((name) => ({
          exists: true,
          reasoning: `${interests[name].interest[language]}. ${interests[name].necessity} ${interests[name].balance}`,
        })),
        recipients: said.recipients.map((category) => ({ category })),
        storage: [
          {
            temporal: ttl === undefined ? [] : [{ description: said.keep, ttl }],
            purposeConditional: ttl === undefined ? [said.keep] : [],
            legalBasisConditional: [],
            aggregationFunction: 'max',
          },
        ],
        nonDisclosure: {
          legalRequirement: line.bases.includes('eu-gdpr:A6-1-c'),
          contractualRegulation: line.bases.includes('eu-gdpr:A6-1-b'),
          obligationToProvide: false,
          consequences: '',
        },
      }
    }),
    thirdCountryTransfers: [],
    sources: lines.map((line) => ({
      _id: `${line.program}.${line.table}`,
      dataCategory: inWords(line, language).data.join(', '),
      sources: inWords(line, language).sources.map((description) => ({ description, publiclyAvailable: false })),
    })),
  }
}

/** The register as linked data in terms of DPV, pinned to its version. */
export function registerAsDpv(lines: readonly RegisterLine[]) {
  const at = (ids: readonly string[]) => [...new Set(ids)].map((id) => ({ '@id': id }))
  return {
    '@context': { ...namespaces, title: 'http://purl.org/dc/terms/title' },
    '@graph': lines.map((line) => ({
      '@id': `urn:vartio:processing:${line.program}:${line.table}`,
      '@type': 'dpv:Process',
      title: Object.entries(line.title).map(([language, value]) => ({ '@language': language, '@value': value })),
      'dpv:hasPurpose': at(line.purposes.map((name) => purposes[name].dpv)),
      'dpv:hasDataSubject': at(line.whose.map((name) => persons[name].dpv)),
      'dpv:hasPersonalData': at(line.what),
      'dpv:hasLegalBasis': at(line.bases),
      'dpv:hasDataSource': at(line.from.map((name) => (name === 'row' ? 'dpv:DataSource' : sources[name].dpv))),
      'dpv:hasRecipient': [...seenByOf(line)],
      'dpv:hasStorageCondition': {
        '@type': 'dpv:StorageDuration',
        'dpv:hasDuration': durationOf(line.keep) ?? {
          '@id': 'at' in line.keep ? 'dpv:UntilTimeDuration' : 'dpv:UntilEventDuration',
        },
      },
      'dpv:hasTechnicalOrganisationalMeasure': at([
        'dpv:AccessControlMethod',
        ...(line.isSealed ? ['dpv:EncryptionAtRest', 'dpv:CryptographicKeyManagement'] : []),
      ]),
    })),
  }
}
