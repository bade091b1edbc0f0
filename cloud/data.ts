import { data as platform } from '#server/data'
import type { Description } from '#server/describe'
import { data as filter } from './filter/data.ts'
import { data as gate } from './gate/data.ts'
import { data as lists } from './lists/data.ts'
import { data as samples } from './samples/data.ts'
import { data as verdicts } from './verdicts/data.ts'

/**
 * What this program keeps: nobody. Its areas hold contents, not persons; of the platform's tables those about persons (letters, rights, holds)
 * are there as in every program and stay empty, which the proof `gate.persons` counts.
 */
export const descriptions: readonly Description[] = [gate, verdicts, filter, lists, samples, ...platform]
