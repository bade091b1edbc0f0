export { describeEntry } from './describe.ts'
export { type Entry, type Journal, openJournal } from './journal.ts'
