import { listPrograms, runSuite } from './suite.ts'

export async function run(options: string[]): Promise<number> {
  return runSuite('journey', 'tests/journeys/', options)
}
export { listPrograms }
